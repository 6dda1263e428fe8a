"""Runs what a model wrote in children that are guarded as well as this machine can.

    sandbox = Sandbox(Tier.A)
    child = sandbox.open(PYTHON, "package.runner")         # a module with `serve(channel)`
    answer, blob = child.request({"op": "call"}, timeout_s=10)
    child.close()

Only frames of `sandbox.frames` pass between this process and a child. What a child says about
itself is never believed: its exit status and its output count for nothing, its time is measured
here, its memory by the zygote.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import selectors
import shutil
import signal
import socket
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from pytest_llmgen.errors import (
    Crashed,
    OutOfMemory,
    OutputFlood,
    TargetUnavailable,
    TimedOut,
    WorkerError,
)
from pytest_llmgen.sandbox import confine, frames, places, seccomp, warden
from pytest_llmgen.sandbox.channel import TOKEN
from pytest_llmgen.sandbox.tier import Tier, probe
from pytest_llmgen.sandbox.users import Users
from pytest_llmgen.sandbox.zygote_process import END_S, START_S, ZygoteProcess

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from pytest_llmgen.sandbox.channel import Message
    from pytest_llmgen.sandbox.profile import Profile

SPARE_TASKS = 256
"""How many more processes and threads an ordinary user may get before a child's fork fails."""
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """How a program ended."""

    status: int
    """Exit status, or minus the number of the signal that killed it. The program chooses it."""
    log: str
    """Standard output and error, mixed, at most 64 KiB."""
    outputs: Mapping[str, bytes]
    """The asked files that exist."""
    usage: Usage | None


class Sandbox:
    """The children of this process in one tier; it starts with the first of them."""

    def __init__(self, tier: Tier | None = None, *, runner_folders: Sequence[str] = ()) -> None:
        """Choose the tier.

        Args:
            tier: One that works on this machine; None: the best of them, see `tier.probe`.
            runner_folders: Further folders that runners are imported from.

        Raises:
            TargetUnavailable: If none works.
        """
        tier = probe(None) if tier is None else tier
        self.tier = tier
        self._runner_folders = tuple(runner_folders)
        self._zygotes: dict[tuple[tuple[str, ...], ...], ZygoteProcess] = {}
        """By what must be readable inside, and by packages: what one kind of child needs would make
        every fork for another slower."""
        self._users = Users() if os.geteuid() == 0 and tier is not Tier.OFF else None
        self._lock = threading.Lock()

    @property
    def children_can_import(self) -> bool:
        """Whether a child can import what its zygote has not loaded."""
        return self.tier in {Tier.A, Tier.OFF} or places.python_is_readable()

    def open(
        self, profile: Profile, runner: str, *, files: Mapping[str, bytes] | None = None
    ) -> Child:
        """Start a child that serves requests.

        Args:
            profile: What it may use.
            runner: A module with `serve(channel)`, which answers requests until `EOFError`.
            files: Lie in the private directory when it starts; the profile must have one.

        Raises:
            WorkerError: If the sandbox does not start.
        """
        return self._open(profile, runner, {"argv": (), "outputs": ()}, files or {}, b"")

    def run(
        self,
        argv: Sequence[str],
        profile: Profile,
        *,
        stdin: bytes = b"",
        files: Mapping[str, bytes] | None = None,
        outputs: Sequence[str] = (),
        timeout_s: float,
    ) -> Finished:
        """Run a program in a private directory and take some of the files it makes.

        Args:
            argv: The program and its arguments; files are named relative to the directory.
            profile: What it may use; one with `execute`.
            stdin: Standard input.
            files: Lie in the directory when it starts, each of them executable.
            outputs: Names of files to return: those that are regular files of its own.
            timeout_s: For all of it.

        Raises:
            TargetUnavailable: If there is no such program.
            TimedOut: If it runs longer.
            OutOfMemory: If it and its children use more than the profile allows.
            OutputFlood: If it prints or writes more.
            WorkerError: If the sandbox does not start.
        """
        files = files or {}
        order = {"argv": (_program(argv[0], files), *argv[1:]), "outputs": tuple(outputs)}
        child = self._open(profile, warden.EXEC, order, files, stdin)
        try:
            answer, blob = child.receive(timeout_s)
        finally:
            child.close()
        if "failed" in answer:
            raise WorkerError(f"the program {argv[0]} could not be started: {answer['failed']}")
        child.raise_excess(answer["reason"])
        found: dict[str, bytes] = {}
        for name, size in answer["outputs"]:
            found[name], blob = blob[:size], blob[size:]
        return Finished(status=answer["status"], log=child.log, outputs=found, usage=child.usage)

    def close(self) -> None:
        """Kill all children and stop."""
        with self._lock:
            for zygote in self._zygotes.values():
                zygote.hang_up()  # they end side by side
            for zygote in self._zygotes.values():
                zygote.stop()
            self._zygotes.clear()
            if self._users is not None:
                self._users.close()

    def _open(
        self,
        profile: Profile,
        runner: str,
        order: Mapping[str, Any],
        files: Mapping[str, bytes],
        stdin: bytes,
    ) -> Child:
        if self.tier is Tier.C and self._users is None and profile.has_warden:
            raise TargetUnavailable(
                f"without Landlock a {profile.name} could write wherever you can, so tier C runs "
                "none for an ordinary user; try a kernel with Landlock, or: apt-get install "
                "bubblewrap"
            )
        for name in (*files, *order["outputs"]):
            if name in {"", ".", ".."} or "/" in name:
                raise ValueError(f"{name!r} is no plain file name")
        program = b""
        if self.tier is not Tier.OFF:
            guarded = self._users is not None or (
                self.tier is not Tier.C and confine.signals_are_scoped()
            )
            program = seccomp.program(
                profile, guarded_paths=self.tier is Tier.A, guarded_signals=guarded
            )
        uid = self._users.take() if self._users is not None else None
        ours, theirs = socket.socketpair()
        lifeline, their_lifeline = socket.socketpair()
        log, their_log = os.pipe()
        header = {
            "runner": runner,
            "profile": profile,
            "uid": uid,
            "tasks": self._most_tasks(profile),
        }
        packet = frames.encode(header, program)
        try:
            descriptors = [theirs.fileno(), their_log, their_lifeline.fileno()]
            zygote = self._send(profile, packet, descriptors)
        except BaseException:
            ours.close()
            lifeline.close()
            os.close(log)
            if uid is not None and self._users is not None:
                self._users.give_back(uid)
            raise
        finally:
            theirs.close()
            their_lifeline.close()
            os.close(their_log)

        def ended() -> None:
            if uid is not None and self._users is not None:
                self._users.give_back(uid)

        sizes = [(name, len(data)) for name, data in files.items()]
        told = frames.encode({**order, "files": sizes}, b"".join((*files.values(), stdin)))
        return Child(
            profile,
            ours,
            log,
            lifeline,
            ended,
            zygote.last_words,
            talks=runner != warden.EXEC,
            order=told if profile.has_warden else b"",
        )

    def _most_tasks(self, profile: Profile) -> int | None:
        """How many processes and threads the child's user may have, who may be ours."""
        if self._users is not None:
            return profile.processes
        return own_tasks() + SPARE_TASKS + profile.processes if profile.execute else None

    def _send(self, profile: Profile, packet: bytes, descriptors: list[int]) -> ZygoteProcess:
        """Give an order to the zygote, to a fresh one if that has died; who has taken it."""
        with self._lock:
            readable = profile.readable if self.tier is Tier.A else ()
            key = (readable, profile.packages)
            zygote = self._zygotes.get(key)
            for _ in range(3):
                if zygote is None:
                    zygote = ZygoteProcess(
                        self.tier, (*self._runner_folders, *readable), self._runner_folders
                    )
                    self._zygotes[key] = zygote
                try:
                    zygote.send(packet, descriptors)
                except OSError:
                    zygote.stop()
                    zygote = None
                else:
                    return zygote
            raise WorkerError("the sandbox's zygote died three times in a row")


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


def _program(name: str, files: Mapping[str, bytes]) -> str:
    """The path of a program; one of the files is run where it lies."""
    if name.removeprefix("./") in files:
        return f"./{name.removeprefix('./')}"
    path = shutil.which(name)
    if path is None:
        raise TargetUnavailable(f"the program {name} is not installed")
    return path


def own_tasks() -> int:
    """Processes and threads of our user."""
    count = 0
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if process.stat().st_uid == os.geteuid():
                count += len(list((process / "task").iterdir()))
    return count


def words_for(status: int) -> str:
    """How a process ended."""
    if status >= 0:
        return f"ended with status {status}"
    try:
        name = signal.Signals(-status).name
    except ValueError:  # a real-time signal
        name = f"signal {-status}"
    return f"died of {name}"
