"""Many workers: schedulers, workers that die, workers that stop early."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.lab import CHECKS, scoreboard

if TYPE_CHECKING:
    from support.lab import Lab

DIES = '''\
def test_dies(submission):
    """Takes the test process down for one model."""
    if submission.model == "script/deadly":
        os._exit(3)
    assert submission.build().call(1) == 2


def test_lives(submission):
    """Is judged all the same."""
    assert submission.build().call(1) == 2
'''


@pytest.mark.parametrize(
    "arguments",
    [("-n", "8"), ("-n", "2", "--dist", "worksteal"), ("-n", "2", "--dist", "loadfile")],
    ids=["8-workers", "worksteal", "loadfile"],
)
def test_every_scheduler_judges_every_sample_once(lab: Lab, arguments: tuple[str, ...]) -> None:
    """And each generation is asked for once, whichever worker runs which check."""
    for name in ("one", "two"):
        lab.challenge(f"mini/basic/{name}", CHECKS)
    lab.script(a="2 * x", b={"one/s1": "x", "*": "2 * x"}, c={"two/s0/1": "2 *", "*": "2 * x"})
    models = "--llm-model=script/a,script/b,script/c"
    result = lab.run(models, "--llm-samples=3", *arguments)
    result.assert_outcomes(passed=34, failed=2)
    records = lab.records()
    wrong = [(r["model"], r["challenge"], r["sample"]) for r in records if not r["score"]]
    assert wrong == [("script/b", "mini/basic/one", 1)]
    assert len(records) == 18
    lines = (lab.runs[0] / "records.jsonl").read_text().splitlines()
    assert len(lines) == 18
    asked = [(request["key"], request["attempt"]) for request in lab.requests()]
    assert len(asked) == len(set(asked)) == 19


def test_a_worker_that_dies_costs_its_sample_only(lab: Lab) -> None:
    """That sample is an error of ours; the run goes on and ends in its scoreboard."""
    lab.challenge(checks=DIES)
    lab.script(good="2 * x", deadly="2 * x", wrong="x")
    result = lab.run("--llm-model=script/good,script/deadly,script/wrong", "-n", "2")
    records = {record["model"]: record for record in lab.records()}
    assert {name: record["verdict"] for name, record in records.items()} == {
        "script/good": "passed",
        "script/deadly": "harness_error",
        "script/wrong": "wrong_answer",
    }
    checks = {check["name"]: check for check in records["script/deadly"]["checks"]}
    assert checks["test_lives"]["verdict"] == "passed"
    assert checks["test_dies"]["message"].startswith("the test process died: worker 'gw")
    assert "script/deadly: 1 harness_error" in scoreboard(result.stdout.str())
    assert result.ret == pytest.ExitCode.TESTS_FAILED


def test_a_worker_that_dies_for_good_ends_the_run_with_what_is_done(lab: Lab) -> None:
    """Without a replacement xdist stops: what was not judged is said to be interrupted."""
    lab.challenge(checks=DIES)
    lab.script(deadly="2 * x", good="2 * x")
    result = lab.run("--llm-model=script/deadly,script/good", "-n", "1", "--max-worker-restart=0")
    assert lab.verdicts() == ["harness_error", "interrupted"]
    assert "script/good: 1 interrupted" in scoreboard(result.stdout.str())
    result.stdout.fnmatch_lines(["1 sample not done; go on with: --llm-run=*"])
    assert result.ret != 0


def test_stopping_at_the_first_failure_keeps_what_is_done(
    lab: Lab, workers: tuple[str, ...]
) -> None:
    """`-x`: the rest is interrupted, and a later run of that name asks only for what is missing."""
    lab.challenge(checks="def test_it(submission):\n    assert submission.build().call(1) == 2\n")
    models = "--llm-model=script/a,script/b,script/c,script/d"
    slow = {"sleep_s": 60, "text": ""}
    lab.script(a="2 * x", b="x", c="2 * x", d={"*": slow})
    result = lab.run(models, "-x", "--llm-run=r", *workers)
    assert result.ret != 0
    first = lab.verdicts()
    assert first[1::2] == ["wrong_answer", "interrupted"]
    result.stdout.fnmatch_lines(["* not done; go on with: --llm-run=r"])
    before, stored = len(lab.requests()), lab.stored("r")

    lab.script(a="2 * x", b="x", c="2 * x", d="2 * x")
    lab.run(models, "--llm-run=r", *workers)
    assert lab.verdicts() == ["passed", "wrong_answer", "passed", "passed"]
    again = {request["key"] for request in lab.requests()[before:]}
    assert "script/d mini/basic/double mini s0" in again
    assert not again & stored
    assert lab.stored("r") == again | stored


def test_workers_start_no_engine_of_their_own(lab: Lab) -> None:
    """One run directory and one scoreboard, however many workers."""
    lab.challenge()
    result = lab.run("-n", "3")
    assert len(lab.runs) == 1
    assert result.stdout.str().count("scoreboard") == 1
