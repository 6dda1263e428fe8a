"""The scoreboard: on the terminal, in files, again from a stored run, and as the exit status."""

from __future__ import annotations

import json
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


def two_challenges(lab: Lab) -> None:
    """Two tiers, one challenge in each."""
    lab.challenge("mini/scalar/one", ONE, mark='target="mini", tier="scalar"')
    lab.challenge("mini/simd/two", ONE, mark='target="mini", tier="simd"')


def test_replaying_a_run_prints_the_same_scoreboard(lab: Lab, workers: tuple[str, ...]) -> None:
    """From stored replies alone: repaired, failed and refused samples are what they were."""
    two_challenges(lab)
    counted = {"text": "```mini\nx * 2\n```", "prompt_tokens": 11, "completion_tokens": 7}
    lab.script(
        good={"*": counted},
        gone={"*": {"permanent_error": "no such model"}},
        repairs={"one/s0/1": "2 *", "two": {"text": "No.", "finish_reason": "refusal"}, "*": "2*x"},
        fails={"one": "2 *", "two/s1": "fault('crashed')", "*": "x"},
        down={"one/s0": {"error": "503"}, "*": "2 * x"},
    )
    models = "--llm-model=script/good,script/gone,script/repairs,script/fails,script/down"
    arguments = ("--llm-samples=2", "--llm-attempts=2", *workers)
    first = lab.run(models, "--llm-run=first", *arguments)
    asked = len(lab.requests())
    again = lab.run("--llm-model=replay/first", "--llm-run=again", *workers)
    assert scoreboard(again.stdout.str()) == scoreboard(first.stdout.str())
    assert len(lab.requests()) == asked
    assert lab.verdicts("again") == lab.verdicts("first")
    thrice = lab.run("--llm-model=replay/again", "--llm-run=thrice")
    assert scoreboard(thrice.stdout.str()) == scoreboard(first.stdout.str())


def test_built_in_models_can_be_replayed(lab: Lab) -> None:
    """Each challenge has as many samples as it has solutions, also in the replay."""
    reject = "x  # reject: test_it wrong_answer - x\n"
    lab.challenge(
        "mini/scalar/one", ONE, solutions={"reject_a.mini": reject, "reject_b.mini": reject}
    )
    lab.challenge("mini/simd/two", ONE, solutions={"reject_a.mini": reject})
    first = lab.run("--llm-model=rejects", "--llm-run=first")
    assert lab.verdicts("first") == ["wrong_answer"] * 3
    again = lab.run("--llm-model=replay/first", "--llm-run=again")
    assert lab.verdicts("again") == ["wrong_answer"] * 3
    assert scoreboard(again.stdout.str()) == scoreboard(first.stdout.str())


def test_reports_are_written_beside_the_terminals(lab: Lab, workers: tuple[str, ...]) -> None:
    """JSON and Markdown hold the same figures; folders are made."""
    two_challenges(lab)
    lab.script(good="2 * x", half={"one": "2 * x", "two": "x"})
    result = lab.run(
        "--llm-model=script/good,script/half",
        "--llm-report=json:out/deep/board.json",
        "--llm-report=markdown:board.md,json:second.json",
        *workers,
    )
    board = json.loads((lab.path / "out/deep/board.json").read_text())
    assert [(row["model"], row["samples"], row["correct"]) for row in board["models"]] == [
        ("script/good", 2, 2),
        ("script/half", 2, 1),
    ]
    assert [tier["tier"] for tier in board["tiers"]] == ["scalar", "simd"]
    assert json.loads((lab.path / "second.json").read_text()) == board
    markdown = (lab.path / "board.md").read_text()
    assert markdown.startswith("# Scoreboard\n\n2 models, 2 challenges, 4 samples\n")
    assert "mini/simd/two" in markdown
    assert "only script/good solves: mini/simd/two" in scoreboard(result.stdout.str())


@pytest.mark.parametrize(("limit", "status"), [("0", 0), ("50", 0), ("50.1", 1), ("100%", 1)])
def test_the_exit_status_follows_the_scoreboard(lab: Lab, limit: str, status: int) -> None:
    """With `--llm-fail-under` failed checks fail nothing by themselves."""
    two_challenges(lab)
    lab.script(good="2 * x", half={"one": "2 * x", "two": "x"})
    result = lab.run("--llm-model=script/good,script/half", f"--llm-fail-under={limit}")
    result.assert_outcomes(passed=3, failed=1)
    assert result.ret == status


def test_without_a_limit_a_failed_check_fails_the_run(lab: Lab, workers: tuple[str, ...]) -> None:
    """As in every run of pytest."""
    two_challenges(lab)
    lab.script(half={"one": "2 * x", "two": "x"})
    assert lab.run("--llm-model=script/half", *workers).ret == 1
    assert lab.run("--llm-model=script/half", "-k", "one", *workers).ret == 0


@pytest.mark.parametrize("cause", ["backend", "harness", "another test", "collection", "nothing"])
def test_what_is_not_the_models_doing_fails_the_run_under_any_limit(lab: Lab, cause: str) -> None:
    """An error of ours, or a failure that is no challenge's: a green build must not hide it."""
    two_challenges(lab)
    lab.script(a={"one": {"error": "503"} if cause == "backend" else "{}[x]", "*": "2 * x"})
    if cause in {"another test", "collection", "nothing"}:
        lab.script(a="2 * x")
    body = {"another test": "def test_it():\n    assert 0\n", "collection": "import nothing_here\n"}
    lab.write("test_plain.py", body.get(cause, "def test_it():\n    pass\n"))
    result = lab.run(
        "--llm-model=script/a", "--llm-fail-under=0", "--continue-on-collection-errors"
    )
    assert result.ret == (0 if cause == "nothing" else 1)


def test_a_missing_target_is_no_reason_to_fail(lab: Lab) -> None:
    """A machine without the toolchain skips, whatever the limit."""
    two_challenges(lab)
    lab.write("mini-is-unavailable.txt", "no mini here")
    assert lab.run("--llm-fail-under=100").ret == 0


def test_the_sections_around_the_scoreboard(lab: Lab) -> None:
    """The header names models and seed, the last lines the run; `-q` keeps the scoreboard."""
    lab.challenge(checks=ONE)
    result = lab.run("--llm-model=reference,accepts", "--llm-seed=5", "--llm-run=r")
    result.stdout.fnmatch_lines(
        [
            "llmgen: models reference, accepts; seed 5; sandbox [ABC]",
            "*= scoreboard =*",
            "1 model, 1 challenge, 1 sample",
            "run: .llmgen/runs/r  seed: 5*",
        ]
    )
    quiet = lab.run("-q", "--no-header", "--tb=no", "-rN")
    assert "scoreboard" in quiet.stdout.str()
    assert "llmgen: models" not in quiet.stdout.str()
