"""A helper process that runs what a model wrote, so that a crash costs one sample."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from typing import Any

from pytest_llmgen.errors import Crashed, TimedOut, WorkerError
from pytest_llmgen.sandbox import frames

START_S = 60.0
"""Longest time a worker may take to start, on a loaded machine."""

_PASSED_ON = ("PATH", "LANG", "LD_LIBRARY_PATH", "TMPDIR", "XDG_RUNTIME_DIR")
_PASSED_ON_PREFIXES = ("VK_", "WGPU_", "LIBGL_", "MESA_", "GALLIUM_", "LP_", "EGL_", "__EGL_")


def clean_environment() -> dict[str, str]:
    """The environment of a worker: what graphics drivers need and nothing secret."""
    return {
        name: value
        for name, value in os.environ.items()
        if name in _PASSED_ON or name.startswith(_PASSED_ON_PREFIXES)
    }


class Worker:
    """One child process that answers requests one at a time; it starts on the first request.

    When the child dies or is too late, it is killed, the request ends as `Crashed` or `TimedOut`,
    and the next request starts a fresh child.
    """

    def __init__(self, module: str) -> None:
        """Name the module that the child runs as `python -m module FD`."""
        self._module = module
        self._process: subprocess.Popen[bytes] | None = None
        self._socket: socket.socket | None = None
        self._lock = threading.RLock()
        self.generation = 0
        """Counts the children: what was loaded into an earlier one is gone."""

    def request(
        self, header: dict[str, Any], blob: bytes | memoryview = b"", *, timeout_s: float
    ) -> tuple[dict[str, Any], bytes]:
        """Send a request and wait for its answer.

        Raises:
            TimedOut: If there is no answer within `timeout_s`.
            Crashed: If the child dies.
            WorkerError: If the child cannot be started.
        """
        with self._lock:
            self.start()
            deadline = time.monotonic() + timeout_s
            try:
                return self._exchange(frames.encode(header, blob), deadline)
            except TimeoutError:
                self.stop()
                raise TimedOut(f"no result within {timeout_s:g} s") from None
            except (OSError, EOFError, frames.FrameError):
                raise Crashed(self._last_words()) from None

    def start(self) -> None:
        """Start the child unless it runs, and wait until it is ready."""
        with self._lock:
            if self._process is None or self._process.poll() is not None:
                self.stop()
                self._spawn()

    def stop(self) -> None:
        """Kill the child, if any."""
        with self._lock:
            if self._socket is not None:
                self._socket.close()
                self._socket = None
            if self._process is not None:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(self._process.pid, signal.SIGKILL)
                self._process.wait()
                self._process = None

    def _spawn(self) -> None:
        ours, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-m", self._module, str(theirs.fileno())],
                env=clean_environment(),
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        self._socket = ours
        self.generation += 1
        try:
            self._exchange(frames.encode({"op": "hello"}), time.monotonic() + START_S)
        except (OSError, EOFError, frames.FrameError) as error:
            self.stop()
            raise WorkerError(
                f"the worker {self._module} did not start ({error}); to see why, "
                f"run: {sys.executable} -I -m {self._module} --help"
            ) from error

    def _exchange(self, frame: bytes, deadline: float) -> tuple[dict[str, Any], bytes]:
        assert self._socket is not None
        connection = self._socket
        connection.settimeout(max(0.001, deadline - time.monotonic()))
        connection.sendall(frame)

        def read_exactly(count: int) -> bytes:
            data = bytearray(count)
            view = memoryview(data)
            while view:
                left = deadline - time.monotonic()
                if left <= 0 or not select.select([connection], [], [], left)[0]:
                    raise TimeoutError
                got = connection.recv_into(view)
                if got == 0:
                    raise EOFError
                view = view[got:]
            return bytes(data)

        return frames.read(read_exactly)

    def _last_words(self) -> str:
        process = self._process
        status = None
        if process is not None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                status = process.wait(timeout=2)
        self.stop()
        if status is not None and status < 0:
            return f"the process that ran it died of {signal.Signals(-status).name}"
        return "the process that ran it died"
