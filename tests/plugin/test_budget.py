"""`--llm-max-cost` and `--llm-max-tokens-total`: a run that stops in time, and goes on later."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.lab import scoreboard

if TYPE_CHECKING:
    from support.lab import Lab

ONE = '''\
def test_it(submission):
    """The only check."""
    assert submission.build().call(1) == 2
'''
PRICED = """\
[tool.llmgen.models.a]
model = "script/a"
usd_per_million_input = 1_000_000
usd_per_million_output = 500_000
"""


@pytest.fixture(autouse=True)
def _priced(lab: Lab) -> None:
    """One challenge, and a model `a` whose replies cost 2 dollars and take 3 tokens."""
    lab.challenge(checks=ONE)
    lab.write("pyproject.toml", PRICED)
    costly = {"text": "```mini\n2 * x\n```", "prompt_tokens": 1, "completion_tokens": 2}
    lab.script(a={"*": costly})


@pytest.mark.parametrize(
    ("budget", "more", "larger"),
    [
        ("--llm-max-cost=5", "--llm-max-cost=$100", "--llm-max-cost"),
        ("--llm-max-tokens-total=8", "--llm-max-tokens-total=100", "--llm-max-tokens-total"),
    ],
)
def test_a_run_stops_at_its_budget_and_goes_on_with_a_larger_one(
    lab: Lab, workers: tuple[str, ...], budget: str, more: str, larger: str
) -> None:
    """What was not asked is no failure of the model's; it is asked when the run goes on."""
    run = ("--llm-model=a", "--llm-samples=8", "--llm-run=r", *workers)
    result = lab.run(*run, budget)
    result.assert_outcomes(passed=3, skipped=5)
    assert result.ret == pytest.ExitCode.INTERRUPTED
    assert lab.verdicts("r") == ["passed"] * 3 + ["interrupted"] * 5
    text = result.stdout.str()
    told = f"llmgen: {budget} is used up: nothing more is asked; what is in flight is still judged"
    assert text.count(told) == 1
    assert "a: 5 interrupted" in scoreboard(text)
    assert f"spent: $6.00, 9 tokens; {budget} is used up\n" in text
    assert f"5 samples not done; go on with: --llm-run=r and a larger {larger}\n" in text

    result = lab.run(*run, budget)
    assert len(lab.requests()) == 3
    assert result.ret == pytest.ExitCode.INTERRUPTED

    result = lab.run(*run, more)
    result.assert_outcomes(passed=8)
    assert result.ret == pytest.ExitCode.OK
    assert len(lab.requests()) == 8
    assert "spent: $16.00, 24 tokens\n" in result.stdout.str()
    assert lab.verdicts("r") == ["passed"] * 8


def test_a_run_that_needs_no_more_than_its_budget_is_done(lab: Lab) -> None:
    """Nothing was left to ask when the limit was reached."""
    result = lab.run("--llm-model=a", "--llm-samples=2", "--llm-max-cost=4", "--llm-fail-under=90")
    result.assert_outcomes(passed=2)
    assert result.ret == pytest.ExitCode.OK
    assert "not done" not in result.stdout.str()


def test_a_run_cut_short_is_no_success_under_a_bar(lab: Lab) -> None:
    """The samples that were asked are all correct, and there might have been others."""
    result = lab.run("--llm-model=a", "--llm-samples=3", "--llm-max-cost=1", "--llm-fail-under=50")
    assert lab.verdicts() == ["passed", "interrupted", "interrupted"]
    assert result.ret == pytest.ExitCode.INTERRUPTED


def test_the_reason_of_a_skipped_check_is_told(lab: Lab) -> None:
    """By pytest's own means, and in the record."""
    result = lab.run("--llm-model=a", "--llm-samples=2", "--llm-max-cost=1", "-rs")
    reason = "the run was stopped: --llm-max-cost=1 is used up"
    assert f": {reason}" in result.stdout.str()
    assert [record["message"] for record in lab.records()] == ["", reason]


def test_a_replay_spends_nothing(lab: Lab) -> None:
    """Its replies were paid for by the run that is replayed."""
    lab.run("--llm-model=a", "--llm-samples=3", "--llm-run=r")
    result = lab.run("--llm-model=replay/r", "--llm-max-cost=1", "--llm-max-tokens-total=1")
    result.assert_outcomes(passed=3)
    assert "spent: $0.00, 0 tokens\n" in result.stdout.str()


def test_a_budget_that_cannot_be_kept_is_refused(lab: Lab, workers: tuple[str, ...]) -> None:
    """One line before anything is asked, for a model whose price nobody knows."""
    result = lab.run("--llm-model=script/a", "--llm-max-cost=5", *workers)
    assert result.errlines == [
        (
            "ERROR: llmgen: --llm-max-cost: nobody knows what model 'script/a' costs; set "
            "usd_per_million_input and usd_per_million_output in "
            '[tool.llmgen.models."script/a"] (0 if it is free), or install pytest-llmgen[prices]'
        ),
        "",
    ]
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert not lab.requests()


@pytest.mark.parametrize("model", ["reference", "ollama/q", "vllm/q", "llamacpp/q", "lmstudio/q"])
def test_who_asks_nobody_for_money_may_have_a_budget(lab: Lab, model: str) -> None:
    """Solutions, and servers that people run themselves."""
    result = lab.run(f"--llm-model={model}", "--llm-max-cost=5", "--collect-only", "-q")
    assert result.ret == pytest.ExitCode.OK
