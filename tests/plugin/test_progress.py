"""While a run waits on models: a live line on a terminal, a plain line now and then in a log."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from support.screen import Screen

from pytest_llmgen.engine.sample import Progress
from pytest_llmgen.progress import Pace, busy_models, describe, fitted

if TYPE_CHECKING:
    from support.lab import Lab

ONE = '''\
def test_it(submission):
    """The only check."""
    assert submission.build().call(1) == 2
'''
OFTEN = """\

from pytest_llmgen import progress

progress.TERMINAL_S = progress.LOG_S = 0.05
"""


def slow_lab(lab: Lab) -> tuple[str, ...]:
    """Challenges whose second answers take a while; the arguments that run them."""
    conftest = lab.path / "conftest.py"
    conftest.write_text(conftest.read_text() + OFTEN)
    lab.challenge("mini/basic/one", ONE)
    lab.challenge("mini/basic/two", ONE)
    late = {"sleep_s": 1.0, "text": "```mini\n2 * x\n```", "completion_tokens": 9}
    lab.script(a={"one/s0": "2 * x", "*": late})
    return "--llm-model=script/a", "--llm-samples=2"


def watch(lab: Lab, *arguments: str, width: int = 100, height: int = 24) -> list[str]:
    """Run pytest on a pseudo terminal; the screens that a person sees, one after another."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", height, width, 0, 0))
    environment = os.environ | {"COLUMNS": str(width), "TERM": "xterm"}
    process = subprocess.Popen(
        [sys.executable, "-m", "pytest", *arguments],
        cwd=lab.path,
        stdin=subprocess.DEVNULL,
        stdout=theirs,
        stderr=theirs,
        env=environment,
        start_new_session=True,
    )
    os.close(theirs)
    screen = Screen(width, height)
    screens = []
    output = b""
    while True:
        try:
            data = os.read(ours, 4096)
        except OSError:  # the other end is closed
            break
        if not data:
            break
        output += data
        begun = re.search(rb"\x1b(?:\[[0-9;?]*)?$", output)  # a sequence waits for its end
        whole = begun.start() if begun else len(output)
        screen.feed(output[:whole].decode(errors="replace"))
        output = output[whole:]
        screens.append(screen.text)
    os.close(ours)
    assert process.wait() == 0, screen.text
    return screens


@pytest.mark.parametrize("height", [60, 8], ids=["room-below", "at-the-bottom"])
def test_a_terminal_shows_one_line_and_keeps_none(
    lab: Lab, workers: tuple[str, ...], height: int
) -> None:
    """It stands below pytest's own line, which looks in the end as if it had never been there."""
    screens = watch(lab, *slow_lab(lab), *workers, height=height)
    live = [screen for screen in screens if " solved" in screen]
    assert live, screens[-1]
    for screen in live:
        lines = [line for line in screen.splitlines() if " solved" in line]
        assert len(lines) == 1, screen
        assert re.match(r"script/a: \d/4 solved, \d in flight \(cap 8\), \d waiting", lines[0])
    assert any("3 in flight" in screen for screen in live)
    assert " solved" not in screens[-1]
    assert "4 passed" in screens[-1]
    if height > 40:
        dots = [line for line in screens[-1].splitlines() if line.endswith("[100%]")]
        assert len(dots) == 1
        assert re.match(r"(challenges/mini/basic/two/test_two.py \.\.|\.{4}) +\[100%\]", dots[0])


def test_each_model_has_a_line_while_it_works(lab: Lab, workers: tuple[str, ...]) -> None:
    """Two at once; the line of a model that is done goes, and the other's remains."""
    arguments = slow_lab(lab)
    lab.script(
        a={"*": {"sleep_s": 0.5, "text": "```mini\n2 * x\n```"}},
        b={"*": {"sleep_s": 1.5, "text": "```mini\n2 * x\n```"}},
    )
    screens = watch(lab, *arguments, "--llm-model=script/b", "-q", *workers)
    live = [re.findall(r"^(script/\w): \d/4 solved, .*waiting", s, re.MULTILINE) for s in screens]
    assert ["script/a", "script/b"] in live
    assert ["script/b"] in live
    assert max(map(len, live)) == 2
    assert live[-1] == []
    assert "8 passed" in screens[-1]


def test_a_narrow_terminal_leaves_out_what_finds_no_room(lab: Lab) -> None:
    """A line that wraps could not be taken back; what is shown, is shown whole."""
    screens = watch(lab, *slow_lab(lab), "-q", width=40)
    live = {line for screen in screens for line in screen.splitlines() if " solved" in line}
    assert live
    assert max(map(len, live)) < 40
    for line in live:
        assert re.fullmatch(r"script/a: \d/4 solved(, \d in flight( \(cap 8\))?)?", line), line
    assert " solved" not in screens[-1]


def test_a_log_gets_plain_lines(lab: Lab, workers: tuple[str, ...]) -> None:
    """Whole lines without any control sequence, and none once all is solved."""
    result = lab.run_apart(*slow_lab(lab), *workers)
    result.assert_outcomes(passed=4)
    lines = [line for line in result.outlines if " solved" in line]
    assert lines
    for line in lines:
        assert re.fullmatch(
            r"llmgen: script/a: \d/4 solved, (about \d+s left, )?\d in flight \(cap 8\), "
            r"\d waiting(, [\d.]+ tokens/s)?",
            line,
        ), line
    assert "\x1b" not in result.stdout.str()
    assert not any("4/4 solved" in line for line in lines)


@pytest.mark.parametrize("arguments", [("-p", "no:terminal"), ("-qq",)], ids=["none", "quiet"])
def test_who_wants_no_output_gets_none(lab: Lab, arguments: tuple[str, ...]) -> None:
    """`-qq` and no terminal at all."""
    result = lab.run_apart(*slow_lab(lab), *arguments)
    assert " solved" not in result.stdout.str()
    assert result.ret == 0


def pace_of(*looks: tuple[float, Progress]) -> Pace:
    """A pace that has seen these counts at these seconds."""
    pace = Pace()
    for now, progress in looks:
        pace.note(progress, now)
    return pace


def test_a_model_that_has_just_begun_has_little_to_say() -> None:
    """Nothing is promised before anything is solved, and zeros go without saying."""
    progress = Progress(cap=8, samples=90, in_flight=8, waiting=82)
    assert describe(progress, pace_of((0, progress))) == [
        "0/90 solved",
        "8 in flight (cap 8)",
        "82 waiting",
    ]


def test_a_line_says_all_that_there_is_to_say() -> None:
    """The pace is that of the samples that were asked for, whatever the stored ones took."""
    begun = Progress(cap=8, samples=90, in_flight=8)
    progress = Progress(
        cap=3,
        samples=90,
        solved=40,
        restored=30,
        generated=12,
        reused=31,
        in_flight=3,
        waiting=47,
        failed=1,
        retries=5,
        tokens=600,
        cost_usd=0.125,
    )
    assert describe(progress, pace_of((100, begun), (130, progress))) == [
        "40/90 solved",
        "about 2m left",
        "3 in flight (cap 3)",
        "47 waiting",
        "1 failed",
        "5 retries",
        "20.0 tokens/s",
        "$0.12",
        "31 from the run",
    ]


def test_the_time_left_follows_the_recent_pace() -> None:
    """Time before the first request does not count, nor what was faster long ago."""
    waiting = Progress(cap=1, samples=2000, waiting=2000)
    begun = replace(waiting, in_flight=1)
    fast = replace(begun, solved=1000, generated=1000)
    slow = replace(fast, solved=1010, generated=1010)
    later = replace(slow, solved=1020, generated=1020)
    pace = pace_of((0, waiting), (1000, begun), (1100, fast))
    assert pace.left_s(fast) == 100
    for now, progress in [(1300, slow), (1500, later)]:
        pace.note(progress, now)
    assert pace.left_s(later) == 980 * 200 / 10


def test_only_models_at_work_take_a_line() -> None:
    """Those that are done take none, those that wait for their turn or for room are counted."""
    done = Progress(cap=1, samples=5, solved=5)
    queued = Progress(cap=1, samples=5, waiting=5)
    busy = Progress(cap=1, samples=5, solved=2, in_flight=1, waiting=2)
    models = {"done": done, "next": queued, "a": busy, "b": busy, "c": busy}
    assert busy_models({"done": done}, 8) == ([], "")
    assert busy_models({"next": queued}, 8) == (["next"], "")
    assert busy_models(models, 8) == (["a", "b", "c"], "1 more model with 5 samples to solve")
    assert busy_models(models, 3) == (["a", "b"], "2 more models with 8 samples to solve")


def test_a_long_name_leaves_room_for_the_counts() -> None:
    """It is shortened in the middle: both ends tell models apart."""
    line = fitted("ollama/qwen2.5-coder:7b-instruct-q4_K_M", ["1/4 solved", "2 in flight"], 60)
    assert line == "ollama/qw..ct-q4_K_M: 1/4 solved, 2 in flight"
