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
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import pytest

    from pytest_llmgen.session import Session

_LOOK_S = 0.002
"""Between two looks whether it has ended."""


def send_scout(config: pytest.Config, session: Session, told: Mapping[str, Any]) -> Scout | None:
    """Send one, if this process may fork: it must be on Linux, and without other threads.

    Args:
        config: Of the controlling process.
        session: Of the controlling process.
        told: What xdist's workers will be told.
    """
    if sys.platform != "linux" or threading.active_count() > 1:
        return None
    with contextlib.suppress(OSError):  # there may be no process left
        return Scout(lambda: _collect_as_worker(config, session, told))
    return None


class Scout:
    """A fork of this process."""

    def __init__(self, look: Callable[[], object]) -> None:
        """Fork; the fork calls `look` and ends.

        Raises:
            OSError: If there can be no other process.
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
        if not self._ended:
            try:
                self._ended = os.waitpid(self._pid, os.WNOHANG)[0] != 0
            except ChildProcessError:  # somebody else has waited for it
                self._ended = True
        return self._ended


def _look_and_end(look: Callable[[], object]) -> None:
    """In the fork; whatever happens, it never returns."""
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


def _collect_as_worker(config: pytest.Config, session: Session, told: Mapping[str, Any]) -> None:
    """In the fork, which looks like a worker to whoever asks."""
    plugins = config.pluginmanager
    config.workerinput = {"workerid": "gw0", **told}  # type: ignore[attr-defined]  # as xdist does
    os.environ["PYTEST_XDIST_WORKER"] = "gw0"
    os.environ["PYTEST_XDIST_WORKER_COUNT"] = str(told["workercount"])
    session.only_plans = True
    plugins.unregister(name="dsession")  # xdist's, which forbids this process to collect
    try:
        config.hook.pytest_collection(session=plugins.get_plugin("session"))
    finally:
        session.close()
