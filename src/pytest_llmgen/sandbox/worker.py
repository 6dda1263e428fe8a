"""A helper process that runs what a model wrote, so that a crash costs one sample."""

from __future__ import annotations

import contextlib
import os
import re
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


_SECRET = re.compile(r"KEY|TOKEN|SECRET|PASS|CREDENTIAL|AUTH", re.IGNORECASE)
"""`VK_` is Vulkan, and also the API of a social network."""


def clean_environment() -> dict[str, str]:
    """The environment of a worker: what graphics drivers need and nothing secret."""
    return {
        name: value
        for name, value in os.environ.items()
        if name in _PASSED_ON or (name.startswith(_PASSED_ON_PREFIXES) and not _SECRET.search(name))
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
        self,
        header: dict[str, Any],
        blob: bytes | memoryview = b"",
        *,
        timeout_s: float,
        generation: int | None = None,
    ) -> tuple[dict[str, Any], bytes]:
        """Send a request and wait for its answer.

        Args:
            header: What is asked; an answer with `internal` in it is a fault of ours.
            blob: Raw bytes that go with it.
            timeout_s: For the answer, not for starting the child.
            generation: The child that the request needs, if it must be a certain one.

        Raises:
            TimedOut: If there is no answer within `timeout_s`.
            Crashed: If the child dies.
            WorkerError: If the child cannot be started.
        """
        with self._lock:
            if generation is not None:
                self._see_that_it_lives(generation)
            self.start()
            deadline = time.monotonic() + timeout_s
            try:
                answer = self._exchange(frames.encode(header, blob), deadline)
            except TimeoutError:
                self.stop()
                raise TimedOut(f"no result within {timeout_s:g} s") from None
            except (OSError, EOFError, frames.FrameError):
                raise Crashed(f"the process that ran it {self._end()}") from None
        if "internal" in answer[0]:
            raise WorkerError(f"{self._module}: {answer[0]['internal']}")
        return answer

    def _see_that_it_lives(self, generation: int) -> None:
        """Raise unless the child of that generation still runs."""
        if generation != self.generation:
            raise WorkerError("the process that held this module was restarted")
        if self._process is None or self._process.poll() is not None:
            raise Crashed(f"the process that ran it {self._end()}")

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
        self._socket = ours
        self.generation += 1
        try:
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
            self._exchange(frames.encode({"op": "hello"}), time.monotonic() + START_S)
        except (OSError, EOFError, frames.FrameError) as error:
            started = self._process is not None and not isinstance(error, TimeoutError)
            reason = f"it {self._end()}" if started else str(error) or "it is too slow"
            self.stop()
            raise WorkerError(
                f"the worker {self._module} did not start ({reason}); to see why, "
                f"run: {sys.executable} -I -m {self._module} --help"
            ) from error

    def _exchange(self, frame: bytes, deadline: float) -> tuple[dict[str, Any], bytes]:
        assert self._socket is not None
        connection = self._socket
        connection.settimeout(_left(deadline))
        connection.sendall(frame)

        def read_exactly(count: int) -> bytes:
            data = bytearray(count)
            view = memoryview(data)
            while view:
                connection.settimeout(_left(deadline))
                got = connection.recv_into(view)
                if got == 0:
                    raise EOFError
                view = view[got:]
            return bytes(data)

        return frames.read(read_exactly)

    def _end(self) -> str:
        """How the child ended, which is over now."""
        process = self._process
        status = None
        if process is not None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                status = process.wait(timeout=2)
        self.stop()
        return _words_for(status)


def _left(deadline: float) -> float:
    """Seconds until a deadline.

    Raises:
        TimeoutError: If it has passed.
    """
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _words_for(status: int | None) -> str:
    if status is None:
        return "hung up"
    if status >= 0:
        return f"ended with status {status}"
    try:
        name = signal.Signals(-status).name
    except ValueError:  # a real-time signal
        name = f"signal {-status}"
    return f"died of {name}"
