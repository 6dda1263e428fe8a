"""Processes below one, as /proc tells."""

from __future__ import annotations

import contextlib
import time
from pathlib import Path


def descendants(pid: int) -> list[int]:
    """Every process below one, parents first."""
    found: list[int] = []
    with contextlib.suppress(OSError):
        for thread in Path(f"/proc/{pid}/task").iterdir():
            for child in map(int, (thread / "children").read_text().split()):
                found += [child, *descendants(child)]
    return found


def is_running(pid: int) -> bool:
    """Whether it exists and is no zombie."""
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return status.rpartition(")")[2].split()[0] != "Z"


def is_gone_soon(pid: int) -> bool:
    """Whether it ends within half a minute."""
    give_up = time.monotonic() + 30
    while is_running(pid):
        if time.monotonic() > give_up:
            return False
        time.sleep(0.01)
    return True
