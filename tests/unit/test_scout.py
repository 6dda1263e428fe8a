"""A fork of this process that ends by itself, or is ended."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

import pytest

from pytest_llmgen.scout import Scout

if TYPE_CHECKING:
    from pathlib import Path

LONG_S = 60.0


def is_there(scout: Scout) -> bool:
    """Whether the process still exists, dead or alive."""
    try:
        os.kill(scout._pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_only_what_it_opens_itself_gets_anywhere(tmp_path: Path) -> None:
    """What was open before it left is as mute as the terminal."""
    before = (tmp_path / "before.txt").open("w", buffering=1)
    reading, writing = os.pipe()

    def look() -> None:
        os.write(1, b"hello\n")
        before.write("hello\n")
        os.write(writing, b"hello")
        (tmp_path / "after.txt").write_text("hello")

    Scout(look).wait(LONG_S)
    os.close(writing)
    assert os.read(reading, 100) == b""
    os.close(reading)
    before.close()
    assert (tmp_path / "before.txt").read_text() == ""
    assert (tmp_path / "after.txt").read_text() == "hello"


@pytest.mark.parametrize("grief", [KeyboardInterrupt, SystemExit, RecursionError])
def test_it_ends_whatever_happens(grief: type[BaseException]) -> None:
    """And never gets back into the program."""

    def look() -> None:
        raise grief

    scout = Scout(look)
    scout.wait(LONG_S)
    assert not is_there(scout)


def test_one_that_hangs_is_ended() -> None:
    """Whoever waits for it goes on before that."""
    scout = Scout(lambda: time.sleep(10 * LONG_S))
    scout.wait(0.01)
    assert is_there(scout)
    scout.close()
    scout.close()
    assert not is_there(scout)


def test_somebody_else_may_take_its_end() -> None:
    """Such as a plugin that waits for all children."""
    scout = Scout(lambda: None)
    os.waitpid(scout._pid, 0)
    scout.wait(LONG_S)
    scout.close()
