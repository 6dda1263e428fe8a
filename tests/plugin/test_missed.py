"""A run that is gone on with says why it asks again for what is stored."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from support.lab import Lab

TABLE = """\
[tool.llmgen.models.m]
model = "script/{model}"
parameters = {parameters}
"""


@pytest.fixture
def going_on(lab: Lab) -> Lab:
    """A project with a run `r` of two samples of two challenges, asked at temperature 0.8."""
    lab.challenge("mini/basic/one")
    lab.challenge("mini/basic/two")
    lab.script(a="2 * x", b="2 * x")
    run(lab, "--llm-temperature=0.8")
    return lab


def run(lab: Lab, *arguments: str, model: str = "script/a") -> list[str]:
    """Go on with the run; the lines about stored replies."""
    result = lab.run(f"--llm-model={model}", "--llm-samples=2", "--llm-run=r", *arguments)
    return [line for line in result.outlines if "not used" in line]


def test_a_changed_parameter_is_named_once(going_on: Lab, workers: tuple[str, ...]) -> None:
    """Not once a sample; without `-v` only that there is something to know."""
    assert run(going_on, "--llm-temperature=0.2", "-v", *workers) == [
        "script/a: 4 stored replies not used: temperature was 0.8, is 0.2 (mini/basic/one s0)"
    ]
    assert run(going_on, "-k", "one and s0", *workers) == [
        "1 stored reply not used, since what is asked has changed; -v says how"
    ]


def test_what_is_stored_and_used_goes_without_saying(going_on: Lab) -> None:
    """The same question, and samples that are new."""
    assert run(going_on, "--llm-temperature=0.8", "--llm-samples=3", "-v") == []


def test_seed_of_a_run_need_not_be_given_again(going_on: Lab) -> None:
    """What its models were sent stays so: their seeds are drawn from it."""
    run(going_on, "--llm-seed=3")
    assert run(going_on, "-v") == []


def test_several_changes_are_one_reason(going_on: Lab) -> None:
    """Also those to and from what is not sent."""
    assert run(going_on, "--llm-max-tokens=9", "--llm-seed=3", "-v") == [
        (
            "script/a: 4 stored replies not used: max_tokens was 4096, is 9, temperature was 0.8, "
            "is not sent, no seed was sent, now one is (mini/basic/one s0)"
        )
    ]
    assert run(going_on, "--llm-max-tokens=9", "--llm-seed=4", "-v") == [
        "script/a: 4 stored replies not used: the seed is another (mini/basic/one s0)"
    ]


def test_a_changed_task_is_a_changed_prompt(going_on: Lab) -> None:
    """Of that challenge alone."""
    going_on.challenge("mini/basic/two", task="Give twice x.")
    assert run(going_on, "--llm-temperature=0.8", "-v") == [
        "script/a: 2 stored replies not used: the prompt is another (mini/basic/two s0)"
    ]


def test_changed_diagnostics_are_changed_feedback(lab: Lab) -> None:
    """The first reply is used still, the repair is asked for anew."""
    lab.challenge("mini/basic/one")
    lab.script(a={"one/s0/1": "x +", "*": "2 * x"})
    run(lab, "--llm-samples=1")
    conftest = lab.path / "conftest.py"
    conftest.write_text(conftest.read_text().replace('support.mini:Mini"', 'wordy:Wordy"'))
    lab.write("wordy.py", WORDY)
    lab.pytester.syspathinsert()
    assert run(lab, "--llm-samples=1", "-v") == [
        "script/a: 1 stored reply not used: the feedback is another (mini/basic/one s0)"
    ]


WORDY = """\
from support.mini import Mini

from pytest_llmgen.errors import BuildFailed


class Wordy(Mini):
    def build(self, source, challenge, settings):
        try:
            return super().build(source, challenge, settings)
        except BuildFailed as error:
            raise BuildFailed(f"sorry: {error}") from error
"""


def test_the_model_behind_a_name_is_part_of_the_question(lab: Lab) -> None:
    """Its name at the server, and the parameters of its table."""
    lab.challenge("mini/basic/one")
    lab.script(a="2 * x", b="2 * x")
    lab.write("pyproject.toml", TABLE.format(model="a", parameters="{ top_p = 0.9 }"))
    run(lab, model="m")
    lab.write("pyproject.toml", TABLE.format(model="b", parameters="{ top_p = 0.5, top_k = 4 }"))
    assert run(lab, "-v", model="m") == [
        (
            'm: 2 stored replies not used: model was "a", is "b", top_k was not sent, is 4, '
            "top_p was 0.9, is 0.5 (mini/basic/one s0)"
        )
    ]


def test_a_question_that_cannot_be_read_is_said_so(going_on: Lab) -> None:
    """A run that was stopped after it stored another question, or a damaged file."""
    files = sorted((going_on.path / ".llmgen/runs/r/samples").rglob("request.json"))
    files[0].write_text("{")
    files[1].write_text('{"digest": "another"}')
    assert run(going_on, "-v", "-k", "one") == [
        (
            "script/a: 2 stored replies not used: what was asked is not known any more "
            "(mini/basic/one s0)"
        )
    ]
