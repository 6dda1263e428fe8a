"""Sandboxes in tests."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from support.processes import descendants

from pytest_llmgen.sandbox.profile import PYTHON, Profile

if TYPE_CHECKING:
    from pytest_llmgen.sandbox.child import Child
    from pytest_llmgen.sandbox.sandbox import Sandbox


class Opens(Protocol):
    """Opens a child that does as told and ends with the test."""

    def __call__(self, profile: Profile = PYTHON, **options: Any) -> Child:
        """Take the options of `Sandbox.open`."""


def kill_children(sandbox: Sandbox, number: int) -> list[int]:
    """Send a signal to every child of a sandbox's zygotes."""
    found = []
    for zygote in sandbox._zygotes.values():
        below = [zygote._process.pid, *descendants(zygote._process.pid)]
        found += descendants(next(pid for pid in below if not _is_bubblewrap(pid)))
    for pid in found:
        os.kill(pid, number)
    return found


def _is_bubblewrap(pid: int) -> bool:
    return Path(f"/proc/{pid}/cmdline").read_bytes().startswith(b"bwrap")
