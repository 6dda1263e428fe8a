"""Ctrl-C: what is done is shown, how to go on is said, and going on asks only for the rest."""

from __future__ import annotations

import os
import signal
import time
from typing import TYPE_CHECKING

import pytest
from support.lab import scoreboard
from support.streams import read_until

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable

    from support.lab import Lab

ONE = '''\
def test_it(submission):
    """The only check."""
    assert submission.build().call(1) == 2
'''
WAITS_S = 60.0
"""Longer than any of these waits should take."""


def wait_until(true: Callable[[], bool]) -> None:
    """Wait, but not for ever."""
    for _ in range(int(WAITS_S / 0.05)):
        if true():
            return
        time.sleep(0.05)
    pytest.fail(f"nothing happened within {WAITS_S:g} s")


def interrupt(process: subprocess.Popen[bytes], *, group: bool) -> None:
    """Do as Ctrl-C in a terminal, which interrupts all processes of a run, or as `kill -INT`."""
    if group:
        os.killpg(process.pid, signal.SIGINT)
    else:
        process.send_signal(signal.SIGINT)


KINDS = pytest.mark.parametrize(
    ("workers", "group"),
    [((), False), (("-n", "2"), False), (("-n", "2"), True)],
    ids=["plain", "xdist-controller-only", "xdist-whole-group"],
)


@KINDS
def test_ctrl_c_stores_what_is_in_flight_and_asks_no_more(
    lab: Lab, workers: tuple[str, ...], group: bool
) -> None:
    """It is paid for: the run goes on with the samples that were not asked for."""
    lab.challenge(checks=ONE)
    held = {"until": "answer-now.txt", "text": "```mini\n2 * x\n```"}
    lab.script(a={"double/s0": "2 * x", "*": held})
    arguments = ("--llm-model=script/a", "--llm-samples=6", "--llm-run=r", "--llm-concurrency=3")
    process = lab.start(*arguments, *workers)
    wait_until(lambda: len(lab.requests()) == 4 and lab.judged("r") == 1)
    interrupt(process, group=group)
    said = "llmgen: waiting for 3 answers in flight, to store; Ctrl-C again to stop at once\n"
    text = read_until(process, said, WAITS_S)
    lab.write("answer-now.txt", "")
    rest, _ = process.communicate(timeout=WAITS_S)
    text += rest.decode()
    assert process.returncode == pytest.ExitCode.INTERRUPTED, text
    assert text.count(said) == 1
    assert "Traceback" not in text
    assert len(lab.requests()) == 4
    assert len(lab.stored("r")) == 4
    assert "samples not done; go on with: --llm-run=r\n" in text

    lab.script(a="2 * x")
    lab.run(*arguments).assert_outcomes(passed=6)
    asked = [request["key"] for request in lab.requests()[4:]]
    assert sorted(asked) == [f"script/a mini/basic/double mini s{sample}" for sample in (4, 5)]


STARTS_SLOWLY = """
import time

import pytest


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_newgateway():
    time.sleep(600)
"""


def test_ctrl_c_before_the_workers_have_started_loses_nothing(lab: Lab) -> None:
    """Models are asked by then: what is in flight is stored, and how to go on is said."""
    conftest = lab.path / "conftest.py"
    conftest.write_text(conftest.read_text() + STARTS_SLOWLY)
    lab.challenge(checks=ONE)
    lab.script(a={"*": {"until": "answer-now.txt", "text": "```mini\n2 * x\n```"}})
    arguments = ("--llm-model=script/a", "--llm-samples=3", "--llm-run=r", "--llm-concurrency=2")
    process = lab.start(*arguments, "-n", "2")
    wait_until(lambda: len(lab.requests()) == 2)
    interrupt(process, group=False)
    text = read_until(process, "2 answers in flight, to store; Ctrl-C again", WAITS_S)
    lab.write("answer-now.txt", "")
    rest, _ = process.communicate(timeout=WAITS_S)
    text += rest.decode()
    assert process.returncode == pytest.ExitCode.INTERRUPTED, text
    assert "llmgen: no test had begun; go on with: --llm-run=r\n" in text
    assert len(lab.stored("r")) == 2

    lab.script(a="2 * x")
    lab.run(*arguments).assert_outcomes(passed=3)
    assert len(lab.requests()) == 3


@KINDS
def test_another_ctrl_c_stops_at_once_and_the_run_can_go_on(
    lab: Lab, workers: tuple[str, ...], group: bool
) -> None:
    """What is done is shown, and what was in flight is asked for again."""
    lab.challenge(checks=ONE)
    slow = {"sleep_s": 10 * WAITS_S, "text": ""}
    lab.script(right="2 * x", wrong="x", slow={"double/s0": "2 * x", "*": slow})
    models = "--llm-model=script/right,script/wrong,script/slow"
    arguments = (models, "--llm-samples=2", "--llm-run=r", *workers)
    process = lab.start("-v", *arguments)
    wait_until(lambda: lab.judged("r") == 5)
    wait_until(
        lambda: any(r["key"].endswith("slow mini/basic/double mini s1") for r in lab.requests())
    )
    interrupt(process, group=group)
    text = read_until(process, "Ctrl-C again to stop at once\n", WAITS_S)
    interrupt(process, group=group)
    output, _ = process.communicate(timeout=WAITS_S)
    text += output.decode()
    assert process.returncode == pytest.ExitCode.INTERRUPTED, text
    assert "script/slow: 1 interrupted" in scoreboard(text)
    assert "1 sample not done; go on with: --llm-run=r\n" in text
    assert "Traceback" not in text
    assert lab.verdicts("r") == ["passed", "passed", "passed", "interrupted"] + ["wrong_answer"] * 2
    asked = len(lab.requests())
    assert asked == 6

    lab.script(right="2 * x", wrong="x", slow="2 * x")
    result = lab.run(*arguments)
    result.assert_outcomes(passed=4, failed=2)
    assert [r["key"] for r in lab.requests()[asked:]] == ["script/slow mini/basic/double mini s1"]
    assert lab.verdicts("r") == ["passed"] * 4 + ["wrong_answer"] * 2


def test_a_killed_run_goes_on_where_it_stopped(lab: Lab) -> None:
    """Nothing of a SIGKILL can be said, but what was answered is kept."""
    lab.challenge(checks=ONE)
    slow = {"sleep_s": 10 * WAITS_S, "text": ""}
    lab.script(a={"double/s2": slow, "*": "2 * x"})
    arguments = ("--llm-model=script/a", "--llm-samples=3", "--llm-run=r")
    process = lab.start(*arguments)
    wait_until(lambda: len(lab.requests()) == 3 and len(lab.stored("r")) == 2)
    process.kill()
    process.communicate(timeout=WAITS_S)
    with (lab.path / ".llmgen/runs/r/records.jsonl").open("a") as records:
        records.write('{"format": 1, "model": "script/a", "cha')
    lab.clean_up()

    lab.script(a="2 * x")
    lab.run(*arguments)
    assert [r["key"] for r in lab.requests()[3:]] == ["script/a mini/basic/double mini s2"]
    assert lab.verdicts("r") == ["passed"] * 3


def test_a_changed_question_is_asked_again(lab: Lab) -> None:
    """A stored reply answers exactly what was asked: task, parameters and model alike."""
    lab.challenge(checks=ONE)
    lab.script(a="2 * x")
    lab.run("--llm-model=script/a", "--llm-run=r")
    lab.run("--llm-model=script/a", "--llm-run=r", "--llm-temperature=0.7")
    assert len(lab.requests()) == 2
    lab.challenge(checks=ONE, task="Give two times x.")
    lab.run("--llm-model=script/a", "--llm-run=r", "--llm-temperature=0.7")
    assert len(lab.requests()) == 3
    lab.run("--llm-model=script/a", "--llm-run=r", "--llm-temperature=0.7")
    assert len(lab.requests()) == 3


def test_a_run_may_go_on_with_more_models(lab: Lab) -> None:
    """Its description keeps the earlier ones, so that a replay finds them all."""
    lab.challenge(checks=ONE)
    lab.script(a="2 * x", b="x")
    lab.run("--llm-model=script/a", "--llm-run=r")
    lab.run("--llm-model=script/b", "--llm-run=r")
    lab.run("--llm-model=replay/r", "--llm-run=again")
    assert lab.verdicts("again") == ["passed", "wrong_answer"]
