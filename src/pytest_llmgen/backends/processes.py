"""A program and whatever it starts, with an end to its time and to its output."""

from __future__ import annotations

import contextlib
import os
import selectors
import signal
import subprocess
import time
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import threading
    from collections.abc import Iterator, Mapping, Sequence

MAX_STDERR_BYTES = 64 << 10
"""Of which the last are kept."""

_MARK = "LLMGEN_COMMAND"
"""Environment variable that tells a program's descendants from everybody else's."""

_TICK_S = 0.05
_SHORT_S = 0.01
_CHUNK_BYTES = 64 << 10
_ROUNDS = 50
"""Times that descendants are looked for: one that is killed may have started another."""


class AbortedError(Exception):
    """The caller was told to stop while the program ran."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How a program ended by itself, or by writing too much."""

    code: int
    """Exit code; minus the number of the signal that killed it."""
    stdout: bytes
    stderr: bytes
    flooded: bool
    """Whether it wrote more than it might, and was killed for it."""


def run(
    words: Sequence[str],
    *,
    folder: Path,
    stdin: Path,
    environment: Mapping[str, str],
    deadline: float,
    max_bytes: int,
    closed: threading.Event,
) -> Outcome:
    """Run a program to its end; nothing that it started outlives it, as far as can be seen.

    Descendants are found by their process group, and where `/proc` exists by a mark in their
    environment: only one that drops both goes on.

    Args:
        words: The program and its arguments; no shell reads them.
        folder: Where it runs.
        stdin: A file that it reads; `/dev/null` for nothing.
        environment: All of it.
        deadline: On the clock of `time.monotonic()`.
        max_bytes: Most that it may write to stdout.
        closed: Ends it when set.

    Raises:
        TimeoutError: If the deadline ended it.
        AbortedError: If `closed` ended it.
        OSError: If it cannot be started.
    """
    mark = uuid.uuid4().hex
    with stdin.open("rb") as source:
        process = subprocess.Popen(
            words,
            cwd=folder,
            env={**environment, _MARK: mark},
            stdin=source,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
    with process:
        output = _Output(process, max_bytes)
        try:
            _follow(process, output, deadline, closed)
        finally:
            _end(process, mark)
        output.read_rest()
        return Outcome(
            code=process.returncode,
            stdout=bytes(output.stdout[:max_bytes]),
            stderr=bytes(output.stderr),
            flooded=output.flooded,
        )


def _follow(
    process: subprocess.Popen[bytes], output: _Output, deadline: float, closed: threading.Event
) -> None:
    """Read until the program ends or has to be ended."""
    with contextlib.closing(output.selector):
        while not (_has_ended(process) or output.flooded):
            if closed.is_set():
                raise AbortedError
            left = deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError
            output.read(min(left, _TICK_S))


class _Output:
    """What a program has written so far."""

    def __init__(self, process: subprocess.Popen[bytes], max_bytes: int) -> None:
        assert process.stdout is not None
        assert process.stderr is not None
        self.stdout = bytearray()
        self.stderr = bytearray()
        self.selector = selectors.DefaultSelector()
        self._max_bytes = max_bytes
        self._sinks = {
            process.stdout.fileno(): self.stdout,
            process.stderr.fileno(): self.stderr,
        }
        for stream in self._sinks:
            os.set_blocking(stream, False)
            self.selector.register(stream, selectors.EVENT_READ)

    @property
    def flooded(self) -> bool:
        return len(self.stdout) > self._max_bytes

    def read(self, timeout_s: float) -> None:
        """Take what comes within a time."""
        if not self.selector.get_map():
            time.sleep(min(timeout_s, _SHORT_S))  # it has closed both, and is still at work
            return
        for key, _events in self.selector.select(timeout_s):
            if not self._take(key.fd):
                self.selector.unregister(key.fd)

    def read_rest(self) -> None:
        """Take what is left in the pipes, and no more than may be kept."""
        for stream in self._sinks:
            most = (self._max_bytes + MAX_STDERR_BYTES) // _CHUNK_BYTES + 1
            while most > 0 and self._take(stream):
                most -= 1

    def _take(self, stream: int) -> bool:
        """Read once; false if there is nothing more."""
        try:
            data = os.read(stream, _CHUNK_BYTES)
        except BlockingIOError:
            return False
        sink = self._sinks[stream]
        sink += data
        if sink is self.stderr:
            del sink[:-MAX_STDERR_BYTES]
        return bool(data)


def _has_ended(process: subprocess.Popen[bytes]) -> bool:
    """Whether it has, without taking note: its number must stay its own until its group is dead."""
    flags = os.WEXITED | os.WNOHANG | os.WNOWAIT
    return os.waitid(os.P_PID, process.pid, flags) is not None


def _end(process: subprocess.Popen[bytes], mark: str) -> None:
    """Kill the program, its group, and all that bear its mark."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    for _round in range(_ROUNDS):
        found = [pid for pid in _process_ids() if _kill_if_marked(pid, mark)]
        if not found:
            return
        time.sleep(0.002)


def _process_ids() -> Iterator[int]:
    with contextlib.suppress(OSError):
        for path in Path("/proc").iterdir():
            if path.name.isdecimal():
                yield int(path.name)


def _kill_if_marked(pid: int, mark: str) -> bool:
    """Kill a process that bears the mark; its handle makes sure that it is the one looked at."""
    wanted = f"{_MARK}={mark}".encode()
    try:
        handle = os.pidfd_open(pid)
    except OSError:
        return False
    try:
        if wanted not in Path(f"/proc/{pid}/environ").read_bytes().split(b"\0"):
            return False
        signal.pidfd_send_signal(handle, signal.SIGKILL)
    except OSError:
        return False
    finally:
        os.close(handle)
    return True
