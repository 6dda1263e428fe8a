"""The sandbox that everything in this process shares, unless it is given one.

One is enough: its children do not see each other, and a zygote takes long to start.
"""

from __future__ import annotations

import atexit
import threading
from typing import TYPE_CHECKING

from pytest_llmgen.errors import HarnessError
from pytest_llmgen.sandbox.sandbox import Sandbox

if TYPE_CHECKING:
    from pytest_llmgen.sandbox.tier import Tier

_lock = threading.Lock()
_sandbox: Sandbox | None = None
_unguarded = ""


def sandbox() -> Sandbox:
    """The shared sandbox, of the tier that was chosen, else of the best that works.

    Raises:
        HarnessError: If there is none.
    """
    global _sandbox  # noqa: PLW0603 - it is the process's
    with _lock:
        if _unguarded:
            raise HarnessError(_unguarded)
        if _sandbox is None:
            _sandbox = Sandbox()
        return _sandbox


def choose(tier: Tier | None, unguarded: str = "") -> None:
    """Have it be of this tier from now on; None: there is none, and `unguarded` says why."""
    global _sandbox, _unguarded  # noqa: PLW0603 - as above
    close()
    with _lock:
        _unguarded = "" if tier else unguarded
        _sandbox = Sandbox(tier) if tier else None


def close() -> None:
    """Kill its children; the next that is asked for is of the best tier that works."""
    global _sandbox, _unguarded
    with _lock:
        if _sandbox is not None:
            _sandbox.close()
        _sandbox, _unguarded = None, ""


atexit.register(close)
