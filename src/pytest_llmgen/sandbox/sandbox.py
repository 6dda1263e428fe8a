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
import os
import shutil
import socket
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pytest_llmgen.errors import (
    TargetUnavailable,
    WorkerError,
)
from pytest_llmgen.sandbox import confine, frames, places, seccomp, warden
from pytest_llmgen.sandbox.child import Child
from pytest_llmgen.sandbox.tier import Tier, probe
from pytest_llmgen.sandbox.users import Users
from pytest_llmgen.sandbox.zygote_process import ZygoteProcess

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pytest_llmgen.sandbox.child import Usage
    from pytest_llmgen.sandbox.profile import Profile

SPARE_TASKS = 256
"""How many more processes and threads an ordinary user may get before a child's fork fails."""


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
