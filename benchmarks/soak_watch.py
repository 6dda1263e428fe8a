"""A pytest plugin: notes what the controlling process holds, into the file that `SOAK_LOOKS` names.

The first look is before all else, the last after all else, and the others along the way.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import threading
import time
from pathlib import Path

import pytest

EVERY = 100
"""Checks between two looks."""
PATIENCE_S = 10.0
"""How long threads and connections may take to end."""

Look = dict[str, float]


def _look() -> Look:
    status = Path("/proc/self/status").read_text()
    resident = re.search(r"VmRSS:\s+(\d+) kB", status)
    assert resident is not None
    return {
        "mb": int(resident[1]) / 1024,
        "threads": len(_threads()),
        "descriptors": len(_descriptors()),
    }


def _threads() -> list[str]:
    return sorted(thread.name for thread in threading.enumerate())


def _descriptors() -> list[str]:
    """What each is open on; without that which reads this."""
    found = []
    for path in Path("/proc/self/fd").iterdir():
        with contextlib.suppress(OSError):
            found.append(str(path.readlink()))
    return sorted(name for name in found if not name.endswith(f"/{os.getpid()}/fd"))


class Watch:
    """Registered in the controlling process alone."""

    def __init__(self) -> None:
        """Take the first look."""
        self._looks = [_look()]
        self._checks = 0

    @pytest.hookimpl(trylast=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Look now and then."""
        self._checks += report.when == "call"
        if report.when == "call" and self._checks % EVERY == 0:
            self._looks.append(_look())

    @pytest.hookimpl(trylast=True)
    def pytest_unconfigure(self) -> None:
        """Look once all has ended, or should have."""
        first, deadline = self._looks[0], time.monotonic() + PATIENCE_S
        last = _look()
        while _holds_more(last, first) and time.monotonic() < deadline:
            time.sleep(0.05)
            last = _look()
        found = {"looks": [*self._looks, last], "left": _threads() + _descriptors()}
        Path(os.environ["SOAK_LOOKS"]).write_text(json.dumps(found))


def _holds_more(last: Look, first: Look) -> bool:
    return any(last[kind] > first[kind] for kind in ("threads", "descriptors"))


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Begin, unless this is a worker."""
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Watch(), "soak-watch")
