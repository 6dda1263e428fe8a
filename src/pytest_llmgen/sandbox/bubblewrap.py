"""The command line of bubblewrap: what exists inside tier A."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_llmgen.sandbox import confine

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_CAPABILITIES = (
    "CAP_SETUID",
    "CAP_SETGID",
    "CAP_SETPCAP",
    "CAP_KILL",
    "CAP_CHOWN",
    "CAP_DAC_OVERRIDE",
    "CAP_FOWNER",
)
"""What a zygote that is root needs to give each child a user of its own, and to clean up."""
_TMP_BYTES = 2 << 30
_SHARED_MEMORY_BYTES = 1 << 30

INSTALL = "apt-get install bubblewrap"


def command(
    program: Sequence[str],
    *,
    readable: Iterable[str],
    devices: Iterable[str],
    hidden: Iterable[str],
) -> list[str]:
    """Run `program` in namespaces of its own, where only these paths exist.

    An ordinary user is alone in a user namespace. Root is not: there every child would have all
    capabilities of that namespace, so root's zygote keeps a few and drops them in each child.
    """
    return [
        "bwrap",
        *("--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts"),
        *("--unshare-cgroup-try", "--hostname", "sandbox", "--new-session", "--cap-drop", "ALL"),
        *(_as_root() if os.geteuid() == 0 else ("--unshare-user", "--disable-userns")),
        *_system(),
        *("--proc", "/proc", "--dev", "/dev"),
        *("--perms", "1777", "--size", str(_TMP_BYTES), "--tmpfs", "/tmp"),  # noqa: S108 - its own
        *("--perms", "1777", "--size", str(_SHARED_MEMORY_BYTES), "--tmpfs", "/dev/shm"),  # noqa: S108
        *_mounts(readable),
        *(word for path in confine.existing(devices) for word in ("--dev-bind", path, path)),
        *(word for path in hidden for word in ("--tmpfs", path)),
        *("--remount-ro", "/", "--chdir", "/", "--", *program),
    ]


def _as_root() -> Iterable[str]:
    return (word for name in _CAPABILITIES for word in ("--cap-add", name))


def _system() -> list[str]:
    words: list[str] = []
    for folder in map(Path, confine.SYSTEM):
        if folder.is_symlink():
            words += ["--symlink", str(folder.readlink()).lstrip("/"), str(folder)]
        elif folder.is_dir():
            words += ["--ro-bind", str(folder), str(folder)]
    words += ["--perms", "0755", "--dir", "/etc"]  # else nobody but root could enter it
    for path in confine.SYSTEM_FILES:
        words += ["--ro-bind-try", path, path]
    return words


def _mounts(paths: Iterable[str]) -> list[str]:
    """Bind paths read-only; the folders above them can be entered by every user."""
    words: list[str] = []
    there = {Path(path) for path in confine.SYSTEM}
    made = set(map(Path, ("/", "/dev", "/proc", "/tmp", "/etc")))  # noqa: S108 - bubblewrap's own
    for path in sorted({Path(path).resolve() for path in paths if Path(path).exists()}):
        if not there.isdisjoint((path, *path.parents)):
            continue
        for parent in reversed(path.parents):
            if parent not in made:
                words += ["--perms", "0755", "--dir", str(parent)]
                made.add(parent)
        words += ["--ro-bind", str(path), str(path)]
        there.add(path)
    return words
