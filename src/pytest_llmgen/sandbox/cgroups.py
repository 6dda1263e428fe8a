"""Limits of a group of processes as a whole, by the kernel, where control groups can be made.

That is where the harness is root and the hierarchy of its own control group is writable. The parent
makes a folder in it for each zygote, whose wardens, who see no file of it, make a group below that
for each child through a descriptor.
"""

from __future__ import annotations

import contextlib
import os
import re
import secrets
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT = Path("/sys/fs/cgroup")
PREFIX = "llmgen-"
_CONTROLLERS = ("memory", "pids")
_NAME = re.compile(rf"{PREFIX}(\d+)-")

# Of version 2 and version 1 of the kernel's interface: a limit, and where kills are counted.
_MEMORY = ("memory.max", "memory.limit_in_bytes")
_EVENTS = ("memory.events", "memory.oom_control")


class Home:
    """A zygote's folders, as its parent has them: one in each hierarchy."""

    def __init__(self) -> None:
        """Make them, if that is possible; without any there are no groups."""
        self._folders: list[Path] = []
        self.descriptors: list[int] = []
        name = f"{PREFIX}{os.getpid()}-{secrets.token_hex(4)}"
        above = _hierarchies() if os.geteuid() == 0 else []
        try:
            for folder in above:
                _sweep(folder)
                (folder / name).mkdir()
                self._folders.append(folder / name)
            _see_that_limits_are_there(self._folders)
            self.descriptors = [os.open(path, os.O_DIRECTORY) for path in self._folders]
        except OSError:
            self.close()

    def close(self) -> None:
        """Remove the folders, in which nothing runs any more."""
        for descriptor in self.descriptors:
            os.close(descriptor)
        for folder in self._folders:
            _remove(folder)
        self.descriptors, self._folders = [], []


class Group:
    """One child and all that descends from it, as its warden has it."""

    def __init__(self, homes: Sequence[int], *, memory_bytes: int, processes: int) -> None:
        """Make a group below each home and limit it.

        Args:
            homes: Descriptors of the folders of `Home`; without any, nothing is limited.
            memory_bytes: Of all together, files in memory and the kernel's own included.
            processes: And threads, at once.
        """
        self._homes = homes
        self._name = f"{PREFIX}{os.getpid()}"
        self._entries: list[int] = []
        for home in homes:
            os.mkdir(self._name, dir_fd=home)
            for file in _MEMORY:
                self._write(home, file, memory_bytes)
            self._write(home, "memory.swap.max", 0)
            self._write(home, "pids.max", processes)
            self._entries.append(self._open(home, "cgroup.procs", os.O_WRONLY))

    def enter(self) -> None:
        """Put this process into it; what it starts is in it too."""
        for entry in self._entries:
            os.write(entry, b"0")

    @property
    def ran_out_of_memory(self) -> bool:
        """Whether the kernel has killed one of it for the memory of all."""
        return any(
            int(kills) > 0
            for home in self._homes
            for file in _EVENTS
            for kills in re.findall(r"^oom_kill (\d+)", self._read(home, file), re.MULTILINE)
        )

    def remove(self) -> None:
        """Remove it, when nothing of it runs any more."""
        for entry in self._entries:
            os.close(entry)
        for home in self._homes:
            with contextlib.suppress(OSError):
                os.rmdir(self._name, dir_fd=home)
        self._homes, self._entries = (), []

    def _open(self, home: int, file: str, flags: int) -> int:
        return os.open(f"{self._name}/{file}", flags, dir_fd=home)

    def _write(self, home: int, file: str, number: int) -> None:
        with contextlib.suppress(FileNotFoundError):  # of the other version, or another hierarchy
            descriptor = self._open(home, file, os.O_WRONLY)
            try:
                os.write(descriptor, str(number).encode())
            finally:
                os.close(descriptor)

    def _read(self, home: int, file: str) -> str:
        try:
            descriptor = self._open(home, file, os.O_RDONLY)
        except FileNotFoundError:
            return ""
        with os.fdopen(descriptor, "rb") as opened:
            return opened.read().decode()


def _hierarchies() -> list[Path]:
    """Our own control group in each hierarchy that has a limit of ours."""
    try:
        lines = Path("/proc/self/cgroup").read_text().splitlines()
    except OSError:
        return []
    found: list[Path] = []
    for line in lines:
        _, controllers, path = line.split(":", 2)
        names = set(controllers.split(",")) & set(_CONTROLLERS)
        found += (ROOT / name / path.lstrip("/") for name in names)
        if not controllers and (ROOT / "cgroup.controllers").exists():
            found.append(ROOT / path.lstrip("/"))
    return found


def _see_that_limits_are_there(folders: Sequence[Path]) -> None:
    """Have limits below these folders.

    Raises:
        OSError: If one of them cannot be set there.
    """
    for folder in folders:
        control = folder / "cgroup.subtree_control"
        if control.exists():
            control.write_text("+memory +pids")
    there = {path.name for folder in folders for path in folder.iterdir()}
    if folders and not (there & set(_MEMORY) and "pids.max" in there):
        raise FileNotFoundError("no limits")


def _sweep(folder: Path) -> None:
    """Remove what a harness left that was killed."""
    for left in folder.glob(f"{PREFIX}*"):
        owner = _NAME.match(left.name)
        if owner is not None and not Path("/proc", owner[1]).exists():
            _remove(left)


def _remove(folder: Path) -> None:
    with contextlib.suppress(OSError):
        for inner in folder.glob(f"{PREFIX}*"):
            with contextlib.suppress(OSError):
                inner.rmdir()
        folder.rmdir()
