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
from typing import TYPE_CHECKING

import pytest
from support.screen import Screen

from pytest_llmgen.engine.engine import Progress
from pytest_llmgen.progress import describe

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
    live = [screen for screen in screens if "samples solved" in screen]
    assert live, screens[-1]
    for screen in live:
        lines = [line for line in screen.splitlines() if "samples solved" in line]
        assert len(lines) == 1, screen
        assert re.match(
            r"llmgen: \d/4 samples solved, \d generated, \d in flight, \d waiting, \d+ a minute",
            lines[0],
        )
    assert any("3 in flight" in screen for screen in live)
    assert "samples solved" not in screens[-1]
    assert "4 passed" in screens[-1]
    if height > 40:
        dots = [line for line in screens[-1].splitlines() if line.endswith("[100%]")]
        assert len(dots) == 1
        assert re.match(r"(challenges/mini/basic/two/test_two.py \.\.|\.{4}) +\[100%\]", dots[0])


def test_a_narrow_terminal_cuts_the_line(lab: Lab) -> None:
    """A line that wraps could not be taken back."""
    screens = watch(lab, *slow_lab(lab), "-q", width=40)
    live = [line for screen in screens for line in screen.splitlines() if "samples s" in line]
    assert live
    assert max(map(len, live)) < 40
    assert "in flight" not in screens[-1]


def test_a_log_gets_plain_lines(lab: Lab, workers: tuple[str, ...]) -> None:
    """Whole lines without any control sequence, and none once all is solved."""
    result = lab.run_apart(*slow_lab(lab), *workers)
    result.assert_outcomes(passed=4)
    lines = [line for line in result.outlines if "samples solved" in line]
    assert lines
    for line in lines:
        assert re.fullmatch(
            r"llmgen: \d/4 samples solved, \d generated, \d in flight, \d waiting, \d+ a minute"
            r"(, \d+ tokens/s)?",
            line,
        ), line
    assert "\x1b" not in result.stdout.str()
    assert not any("4/4 samples" in line for line in lines)


@pytest.mark.parametrize("arguments", [("-p", "no:terminal"), ("-qq",)], ids=["none", "quiet"])
def test_who_wants_no_output_gets_none(lab: Lab, arguments: tuple[str, ...]) -> None:
    """`-qq` and no terminal at all."""
    result = lab.run_apart(*slow_lab(lab), *arguments)
    assert "samples solved" not in result.stdout.str()
    assert result.ret == 0


def test_the_line_says_what_there_is_to_say() -> None:
    """Counts that are zero for most runs are left out."""
    progress = Progress(
        samples=9, solved=4, generated=6, reused=2, in_flight=3, waiting=1, failed=1, tokens=600
    )
    progress.started = 100.0
    assert describe(progress, 130.0) == (
        "llmgen: 4/9 samples solved, 6 generated, 2 from the run, 3 in flight, 1 waiting, "
        "1 failed, 12 a minute, 20 tokens/s"
    )
