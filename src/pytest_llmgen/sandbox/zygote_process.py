"""The process that children are forked from, as seen from outside."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile

from pytest_llmgen.errors import WorkerError
from pytest_llmgen.sandbox import bubblewrap, cgroups, confine, frames, places, seccomp
from pytest_llmgen.sandbox.environment import clean_environment
from pytest_llmgen.sandbox.tier import Tier
from pytest_llmgen.sandbox.zygote import MAX_PACKET_BYTES

START_S = 60.0
"""Longest time a zygote or a child may take to start, on a loaded machine."""
END_S = 30.0
"""Longest time from a child's death to the zygote's report, on a loaded machine."""
_DYING_S = 1.0
_LAST_BYTES = 2000


class ZygoteProcess:
    """The process that children are forked from, as seen from outside."""

    def __init__(self, tier: Tier, readable: tuple[str, ...], folders: tuple[str, ...]) -> None:
        """Start it and wait until it is ready.

        Raises:
            WorkerError: With its own words, if it does not start.
        """
        self._scratch: str | None = None
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._control = ours
        unreadable = places.hidden()
        command = [
            os.path.realpath(sys.executable),
            *("-I", "-S", "-c", _START, str(theirs.fileno())),
            json.dumps([places.import_path(folders), places.folder_of("pytest_llmgen")]),
        ]
        if tier is Tier.A:
            scratch_root = "/tmp"  # noqa: S108 - inside, where it is the namespace's own
            command = bubblewrap.command(
                command,
                readable=(*places.python_folders(), *readable),
                devices=("/dev/dri", "/dev/nvidia*"),
                hidden=unreadable,
            )
        else:
            scratch_root = self._scratch = places.scratch_root()
        self._home = cgroups.Home()
        self._words = tempfile.TemporaryFile()  # noqa: SIM115 - it is read when the zygote dies
        with theirs:
            self._process = subprocess.Popen(
                command,
                env={**clean_environment(), "PYTHONDONTWRITEBYTECODE": "1"},
                pass_fds=[theirs.fileno(), *self._home.descriptors],
                stdin=subprocess.DEVNULL,
                stdout=self._words,
                stderr=self._words,
                cwd="/",
                start_new_session=True,
            )
        settings = {
            "confined": tier is not Tier.OFF,
            "landlocked": tier in {Tier.A, Tier.B} and confine.landlock_version() > 0,
            "hidden": unreadable,
            "scratch_root": scratch_root,
            "homes": self._home.descriptors,
            "signal_numbers": seccomp.signal_numbers() if tier is not Tier.OFF else (),
        }
        try:
            self._control.settimeout(START_S)
            self._control.sendall(frames.encode(settings))
            answer = self._control.recv(MAX_PACKET_BYTES)
        except OSError:
            answer = b""
        if not answer:
            said = self.last_words()
            self.stop()
            raise WorkerError(f"the sandbox of tier {tier} did not start: {said}")

    def last_words(self) -> str:
        """The end of what it printed before it died, else how it ended."""
        if self._words.closed:
            return "it was stopped"
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(_DYING_S)
        size = os.fstat(self._words.fileno()).st_size
        said = os.pread(self._words.fileno(), _LAST_BYTES, max(0, size - _LAST_BYTES))
        return said.decode(errors="replace").strip() or f"exit status {self._process.poll()}"

    def send(self, packet: bytes, descriptors: list[int]) -> None:
        """Give it an order.

        Raises:
            OSError: If it is dead.
        """
        socket.send_fds(self._control, [packet], descriptors)

    def hang_up(self) -> None:
        """Let it kill its children and end, without waiting for that."""
        self._control.close()

    def stop(self) -> None:
        """Let it kill its children, and wait for its end."""
        self.hang_up()
        try:
            self._process.wait(END_S)
        except subprocess.TimeoutExpired:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
        self._words.close()
        self._home.close()
        if self._scratch is not None:
            shutil.rmtree(self._scratch, ignore_errors=True)


_START = """\
import json, os, sys, types
sys.path[:], package = json.loads(sys.argv[2])
os.register_at_fork = lambda **_: None
sys.modules["pytest_llmgen"] = types.ModuleType("pytest_llmgen")
sys.modules["pytest_llmgen"].__path__ = [package]
from pytest_llmgen.sandbox import zygote
zygote.main(int(sys.argv[1]))
"""
"""The package is entered without its `__init__`: that imports pytest, which no child needs. And no
module may tidy up after a fork: the zygote has one thread, so no lock is ever held, and each child
would pay for it with two hundred pages. What `random` draws unseeded is therefore the same in every
child of one zygote, as it is of `numpy.random`."""
