"""One confined process, as its parent sees it: asked, listened to, and ended."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import selectors
import signal
import socket
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NoReturn

from pytest_llmgen.errors import Crashed, OutOfMemory, OutputFlood, TimedOut, WorkerError
from pytest_llmgen.sandbox import frames
from pytest_llmgen.sandbox.channel import TOKEN
from pytest_llmgen.sandbox.zygote_process import END_S, START_S

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_llmgen.sandbox.channel import Message
    from pytest_llmgen.sandbox.profile import Profile

KEPT_LOG_BYTES = 64 * 1024
MAX_HEADER_BYTES = 8 << 20
MAX_BLOB_BYTES = 512 << 20
"""Longest parts of an answer that are read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """What a child used, as the zygote saw it."""

    cpu_s: float
    peak_bytes: int
    """Most resident memory at once, with what it shares with the zygote."""


class Child:
    """One confined process, from `Sandbox.open`."""

    def __init__(
        self,
        profile: Profile,
        channel: socket.socket,
        log: int,
        lifeline: socket.socket,
        ended: Callable[[], None],
        last_words: Callable[[], str],
        *,
        talks: bool,
        order: bytes,
    ) -> None:
        """Take over the parent's ends of its three connections.

        Args:
            profile: Its limits.
            channel: To its runner.
            log: The read end of its output.
            lifeline: Its end ends the child; how the child ended is said there.
            ended: Called when nothing is left of it.
            last_words: What its zygote printed, if that has died.
            talks: Whether a runner serves the channel, and not the warden alone.
            order: What the warden is told first.
        """
        self.usage: Usage | None = None
        """What it used; known after `close`."""
        self._profile = profile
        self._channel = channel
        self._channel.setblocking(False)
        self._log_descriptor = log
        os.set_blocking(log, False)
        self._lifeline = lifeline
        self._ended = ended
        self._last_words = last_words
        self._log = bytearray()
        self._logged = 0
        self._is_ready = not talks
        self._is_open = True
        self._unsent = order
        self._report: dict[str, Any] | None = None
        self._selector = selectors.PollSelector()
        self._selector.register(channel, selectors.EVENT_READ)
        self._selector.register(log, selectors.EVENT_READ)

    @property
    def log(self) -> str:
        """The first 64 KiB of its standard output and error."""
        self._read_log()
        return self._log.decode(errors="replace")

    def request(
        self,
        header: dict[str, Any],
        blob: bytes | memoryview = b"",
        *,
        timeout_s: float,
        answer: Callable[[dict[str, Any], bytes], Message] | None = None,
    ) -> Message:
        """Send a request and wait for its answer.

        Args:
            header: What is asked.
            blob: Raw bytes that go with it.
            timeout_s: From now to the whole answer.
            answer: Serves what the child asks back while the request is pending.

        Raises:
            TimedOut: If there is no answer within `timeout_s`.
            OutOfMemory: If it was killed for its memory.
            OutputFlood: If it printed or wrote more than its profile allows.
            Crashed: If it ends without an answer, or says what is no answer.
            WorkerError: If it could not be confined.
        """
        token = secrets.token_hex(4)
        frame = frames.encode({**header, TOKEN: token}, blob)
        return self._exchange(frame, token, timeout_s, answer)

    def receive(self, timeout_s: float) -> Message:
        """Wait for a message that needs no request; raises as `request`."""
        return self._exchange(b"", None, timeout_s, None)

    def _exchange(
        self,
        frame: bytes,
        token: str | None,
        timeout_s: float,
        answer: Callable[[dict[str, Any], bytes], Message] | None,
    ) -> Message:
        if not self._is_open:
            raise Crashed("the process that ran it is gone")
        try:
            self._become_ready()
            deadline = time.monotonic() + timeout_s
            self._send(self._unsent + frame, deadline)
            self._unsent = b""
            reply = self._receive(deadline, token)
            while "callback" in reply[0] and answer is not None:
                header, blob = answer(*reply)
                self._send(frames.encode({**header, TOKEN: token}, blob), deadline)
                reply = self._receive(deadline, token)
            self._see_that_it_waits()
        except TimeoutError:
            self.close()
            raise TimedOut(f"no result within {timeout_s:g} s") from None
        except frames.FrameError as error:
            self.close()
            raise Crashed(f"the process that ran it gave no valid result: {error}") from None
        except (OSError, EOFError):
            self.raise_end()
        except BaseException:
            self.close()
            raise
        return reply

    def _become_ready(self) -> None:
        """Wait until it is confined, which is not on the submission's time."""
        if self._is_ready:
            self._see_that_it_waits()
            return
        deadline = time.monotonic() + START_S
        try:
            self._send(self._unsent, deadline)
            self._unsent = b""
            header, _ = self._receive(deadline, None)
        except TimeoutError:
            raise WorkerError(f"the sandbox set up no process within {START_S:g} s") from None
        if "failed" in header:
            raise WorkerError(f"the sandbox could not confine a process: {header['failed']}")
        self._is_ready = True

    def _see_that_it_waits(self) -> None:
        """Raise if there is something to read that was not asked for."""
        with contextlib.suppress(BlockingIOError):
            if self._channel.recv(1, socket.MSG_PEEK):
                raise frames.FrameError("it says more than it was asked")

    def _receive(self, deadline: float, token: str | None) -> Message:
        header, blob = frames.read(
            lambda count: self._read_exactly(count, deadline),
            max_header=MAX_HEADER_BYTES,
            max_blob=MAX_BLOB_BYTES,
        )
        if header.pop(TOKEN, None) != token:
            raise frames.FrameError("it answers another request")
        return header, blob

    @property
    def has_ended(self) -> bool:
        """Whether it is closed, or its end has been reported."""
        if not self._is_open:
            return True
        try:
            self._lifeline.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT)
        except BlockingIOError:
            return False
        return True

    def close(self) -> None:
        """Kill it, if it still runs, and wait until nothing is left of it."""
        if not self._is_open:
            return
        self._is_open = False
        with contextlib.suppress(OSError):
            self._lifeline.shutdown(socket.SHUT_WR)
        self._wait_for_report()
        self._read_log()
        self._selector.close()
        self._channel.close()
        os.close(self._log_descriptor)
        self._lifeline.close()
        self._ended()

    def _wait_for_report(self) -> None:
        self._lifeline.settimeout(END_S)
        text = b""
        with contextlib.suppress(OSError):
            while part := self._lifeline.recv(4096):
                text += part
        with contextlib.suppress(ValueError):
            self._report = json.loads(text)
        if self._report is not None and "status" in self._report:
            self.usage = Usage(cpu_s=self._report["cpu_s"], peak_bytes=self._report["peak_bytes"])

    def raise_end(self) -> NoReturn:
        """Say how it ended, which is over now.

        Raises:
            OutOfMemory: If it was killed for its memory.
            OutputFlood: If it was killed for its files.
            Crashed: If it ended in any other way.
            WorkerError: If the sandbox failed, and not the child.
        """
        self.close()
        report = self._report or {"failed": f"its zygote died: {self._last_words()}"}
        if "failed" in report:
            raise WorkerError(f"the sandbox could not start a process: {report['failed']}")
        end = words_for(report["status"])
        if not self._is_ready:
            raise WorkerError(f"the sandbox could not start a process: it {end}; {self.log[-500:]}")
        self.raise_excess(report.get("reason"))
        raise Crashed(f"the process that ran it {end}")

    def raise_excess(self, reason: str | None) -> None:
        """Raise what its warden killed it for, if it did."""
        profile = self._profile
        if reason == "memory":
            raise OutOfMemory(f"it used more than {profile.memory_bytes >> 20} MiB of memory")
        if reason == "files":
            raise OutputFlood(f"it wrote more than {profile.scratch_bytes >> 20} MiB of files")
        if reason == "processes":
            raise Crashed(f"it started more than {profile.processes} processes")

    def _send(self, data: bytes, deadline: float) -> None:
        """Send everything while the log is read: a child that waits for us to read it can go on."""
        rest = memoryview(data)
        try:
            while rest:
                _see_that_there_is_time(deadline)
                try:
                    rest = rest[self._channel.send(rest) :]
                except BlockingIOError:
                    self._wait_to_send(deadline)
        except (BrokenPipeError, ConnectionResetError):
            pass  # it may have answered before it ended

    def _wait_to_send(self, deadline: float) -> None:
        self._selector.modify(self._channel, selectors.EVENT_WRITE)
        try:
            self._wait(deadline)
        finally:
            self._selector.modify(self._channel, selectors.EVENT_READ)

    def _read_exactly(self, count: int, deadline: float) -> bytes:
        data = bytearray(count)
        view = memoryview(data)
        while view:
            _see_that_there_is_time(deadline)
            try:
                got = self._channel.recv_into(view)
            except BlockingIOError:
                self._wait(deadline)
                continue
            if got == 0:
                raise EOFError
            view = view[got:]
        return bytes(data)

    def _wait(self, deadline: float) -> None:
        """Wait for something to do, and read the log.

        Raises:
            TimeoutError: If the deadline passes.
            OutputFlood: If there is more output than allowed.
        """
        ready = self._selector.select(max(0.0, deadline - time.monotonic()))
        if not ready:
            _see_that_there_is_time(deadline)
        if any(key.fileobj == self._log_descriptor for key, _ in ready):
            self._read_log()
            if self._logged > self._profile.log_bytes:
                raise OutputFlood(f"it printed more than {self._profile.log_bytes >> 20} MiB")

    def _read_log(self) -> None:
        """Take what is in the pipe, and keep the beginning."""
        if self._selector.get_map() is None or self._log_descriptor not in self._selector.get_map():
            return
        with contextlib.suppress(BlockingIOError):
            while self._logged <= self._profile.log_bytes:
                part = os.read(self._log_descriptor, 1 << 16)
                if not part:
                    self._selector.unregister(self._log_descriptor)
                    break
                self._logged += len(part)
                self._log += part[: KEPT_LOG_BYTES - len(self._log)]


def _see_that_there_is_time(deadline: float) -> None:
    if time.monotonic() >= deadline:
        raise TimeoutError


def words_for(status: int) -> str:
    """How a process ended."""
    if status >= 0:
        return f"ended with status {status}"
    try:
        name = signal.Signals(-status).name
    except ValueError:  # a real-time signal
        name = f"signal {-status}"
    return f"died of {name}"
