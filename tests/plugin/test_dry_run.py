"""`--llm-dry-run`: what would be asked is shown, and nobody is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.mini import UNAVAILABLE

if TYPE_CHECKING:
    from support.lab import Lab

PRICED = """\
[tool.llmgen.models.a]
model = "script/a"
usd_per_million_input = 1000
usd_per_million_output = 2000

[tool.llmgen.models.endless]
model = "script/a"
omit = ["max_tokens"]
"""


def dry(lab: Lab, *arguments: str) -> str:
    """What a dry run shows, which ends well."""
    result = lab.run("--llm-dry-run", "--llm-max-tokens=100", *arguments)
    assert result.ret == pytest.ExitCode.OK, result.stdout.str()
    return result.stdout.str()


def row(output: str, model: str) -> list[str]:
    """Samples, stored, requests, prompt tokens, reply tokens and cost of a model."""
    line = next(line for line in output.splitlines() if line.startswith(f"{model}  "))
    return line.replace("up to ", "").replace("from ", "from_").split()[1:]


def test_nobody_is_asked_and_nothing_is_left_behind(lab: Lab, workers: tuple[str, ...]) -> None:
    """No request, no test, no worker, no run, whatever `-n` says."""
    lab.challenge()
    lab.script(a="2 * x")
    output = dry(lab, "--llm-model=script/a", "--llm-samples=5", *workers)
    assert lab.requests() == []
    assert not (lab.path / ".llmgen").exists()
    assert "Nobody was asked, and no test ran." in output
    assert "no tests ran" in output
    assert "scoreboard" not in output
    assert "workers" not in output


def test_the_first_prompt_is_shown_whole(lab: Lab) -> None:
    """As the model would get it, task and rules of the target."""
    lab.challenge()
    lab.script(a="2 * x")
    lines = dry(lab, "--llm-model=script/a").splitlines()
    start = lines.index(
        "The first prompt: script/a mini/basic/double mini s0, 81 characters, about 20 tokens"
    )
    assert lines[start + 1 : start + 6] == [
        "---- user",
        "Give the double of x.",
        "",
        "Answer with one expression over x in a block tagged mini.",
        "----",
    ]


def test_requests_tokens_and_cost_are_ranges(lab: Lab) -> None:
    """From one request a sample to all attempts, at the user's prices, by their own rule."""
    lab.challenge()
    lab.script(a="2 * x")
    lab.write("pyproject.toml", PRICED)
    output = dry(lab, "--llm-model=a,endless,script/a", "--llm-samples=2")
    assert row(output, "a") == ["2", "0", "2-6", "40-6722", "600", "$0.040-$7.92"]
    assert row(output, "endless") == ["2", "0", "2-6", "from_40", "any", "-"]
    assert row(output, "script/a") == ["2", "0", "2-6", "40-6722", "600", "-"]
    assert "about one for 4 characters" in output


def test_only_what_is_selected_counts(lab: Lab) -> None:
    """`-k`, and a model without any sample is there with none."""
    for name in ("one", "two"):
        lab.challenge(f"mini/basic/{name}")
    lab.script(a="2 * x", b="2 * x")
    output = dry(lab, "--llm-model=script/a,script/b", "-k", "two and script/a")
    assert row(output, "script/a")[:3] == ["1", "0", "1-3"]
    assert row(output, "script/b")[:3] == ["0", "0", "0"]
    assert "The first prompt: script/a mini/basic/two" in output


def test_stored_replies_are_taken_off(lab: Lab) -> None:
    """What is settled asks for nothing, what failed for good neither; other settings ask anew."""
    lab.challenge()
    lab.script(a={"double/s0": "2 * x", "double/s1": "2 *"})
    run = ("--llm-model=script/a", "--llm-run=r")
    lab.run(*run, "--llm-samples=2", "--llm-max-tokens=100")
    asked = lab.requests()
    assert row(dry(lab, *run, "--llm-samples=2"), "script/a")[:3] == ["2", "2", "0"]
    assert row(dry(lab, *run, "--llm-samples=4"), "script/a")[:3] == ["4", "2", "2-6"]
    more = dry(lab, *run, "--llm-samples=2", "--llm-attempts=5")
    assert row(more, "script/a")[:3] == ["2", "2", "0-2"]
    hotter = dry(lab, *run, "--llm-samples=2", "--llm-temperature=0.5")
    assert row(hotter, "script/a")[:3] == ["2", "0", "2-6"]
    assert "2 stored replies not used, since what is asked has changed; -v says how" in hotter
    assert lab.requests() == asked


def test_an_earlier_run_tells_what_to_expect(lab: Lab) -> None:
    """Its means of requests and tokens, and what they cost."""
    lab.challenge()
    good = {"text": "```mini\n2 * x\n```", "prompt_tokens": 30, "completion_tokens": 10}
    bad = {"text": "```mini\n2 *\n```", "prompt_tokens": 30, "completion_tokens": 20}
    lab.script(a={"double/s0": good, "double/s1/1": bad, "double/s1/2": good})
    lab.write("pyproject.toml", PRICED)
    lab.run("--llm-model=a", "--llm-run=before", "--llm-samples=2")
    output = " ".join(dry(lab, "--llm-model=a", "--llm-samples=10").split())
    assert (
        "a, if it goes as in the run before (1.5 requests a sample, 13 tokens a reply): "
        "about 15 requests, 450 prompt tokens, 200 reply tokens, $0.85."
    ) in output


def test_models_that_need_no_server_are_named(lab: Lab) -> None:
    """Built-in ones and replays."""
    lab.challenge()
    lab.script(a="2 * x")
    lab.run("--llm-model=script/a", "--llm-run=r")
    output = dry(lab, "--llm-model=reference,replay/r")
    assert "reference: no request; 1 sample from the challenges' own solutions." in output
    assert "script/a: no request; 1 sample from stored replies." in output
    assert "Requests" not in output


def test_a_target_that_cannot_run_here_is_not_asked_for(lab: Lab) -> None:
    """With the reason."""
    lab.challenge()
    lab.script(a="2 * x")
    lab.write(UNAVAILABLE.name, "no mini here; install it")
    output = dry(lab, "--llm-model=script/a", "--llm-samples=2")
    assert row(output, "script/a")[:3] == ["0", "0", "0"]
    assert (
        "2 samples not asked for, since they could not run here: no mini here; install it" in output
    )


def test_what_would_stop_the_run_stops_the_dry_run(lab: Lab, workers: tuple[str, ...]) -> None:
    """An unknown model, a missing key, an error of collection: each as the run would say it."""
    lab.challenge()
    unknown = lab.run("--llm-dry-run", "--llm-model=nobody/a", *workers)
    assert unknown.ret == pytest.ExitCode.USAGE_ERROR
    assert "provider 'nobody' is not registered" in unknown.stderr.str()
    keyless = lab.run("--llm-dry-run", "--llm-model=mistral/a", *workers)
    assert keyless.ret == pytest.ExitCode.USAGE_ERROR
    assert "environment variable MISTRAL_API_KEY is not set" in keyless.stderr.str()
    lab.challenge("mini/basic/bad", mark='target="mini", tier="basic", memroy=1')
    broken = lab.run("--llm-dry-run", "--llm-model=reference", *workers)
    assert broken.ret == pytest.ExitCode.INTERRUPTED
    assert "memroy" in broken.stdout.str()
    assert "dry run" not in broken.stdout.str()


def test_without_challenges_there_is_nothing_to_ask(lab: Lab) -> None:
    """A project's other tests do not run either."""
    lab.write("test_other.py", "def test_other():\n    assert False\n")
    assert "No challenge was selected: nobody would be asked." in dry(lab)
