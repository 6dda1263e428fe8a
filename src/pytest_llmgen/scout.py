"""Looks ahead: what the run will ask of its models, before there is a worker that knows.

An xdist worker takes longer to start than to collect. So the controlling process forks, the fork
collects as a worker would, tells the engine what it found, and ends. Nothing else of what it does
is seen by anybody; if it fails, the first worker tells the engine, as without it.
"""

from __future__ import annotations

import contextlib
import fcntl
import gc
import os
import signal
import sys
import threading
import time
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_LOOK_S = 0.002
"""Between two looks whether it has ended."""


def can_be_sent() -> bool:
    """Whether this process may fork and go on in Python: it must be alone in it."""
    return sys.platform == "linux" and threading.active_count() == 1


class Scout:
    """A fork of this process."""

    def __init__(self, look: Callable[[], object]) -> None:
        """Fork; the fork calls `look` and ends.

        Raises:
            OSError: If the system has no process left.
        """
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of threads that are not Python's, such as BLAS's
            self._pid = os.fork()
        if self._pid == 0:
            _look_and_end(look)
        self._ended = False

    def wait(self, most_s: float) -> None:
        """Until it has ended, or for so long."""
        deadline = time.monotonic() + most_s
        while not self._has_ended() and time.monotonic() < deadline:
            time.sleep(_LOOK_S)

    def close(self) -> None:
        """End it."""
        if not self._has_ended():
            os.kill(self._pid, signal.SIGKILL)
            os.waitpid(self._pid, 0)
            self._ended = True

    def _has_ended(self) -> bool:
        self._ended = self._ended or os.waitpid(self._pid, os.WNOHANG)[0] != 0
        return self._ended


def _look_and_end(look: Callable[[], object]) -> None:
    with contextlib.suppress(BaseException):
        gc.disable()  # it will not live long enough
        _fall_silent()
        look()
    os._exit(0)


def _fall_silent() -> None:
    """Let nothing that is written to what is open now get anywhere: terminal, logs, sockets."""
    null = os.open(os.devnull, os.O_RDWR)
    for descriptor in [int(path.name) for path in Path("/proc/self/fd").iterdir()]:
        with contextlib.suppress(OSError):
            if fcntl.fcntl(descriptor, fcntl.F_GETFL) & os.O_ACCMODE != os.O_RDONLY:
                os.dup2(null, descriptor)
