"""What a child does to itself before it sees anything that a model wrote.

Each function makes one system call or a few, and raises where the kernel refuses: a child that is
not confined never runs a submission.
"""

from __future__ import annotations

import contextlib
import ctypes
import glob
import os
import resource
import signal
import struct
from pathlib import Path
from typing import TYPE_CHECKING

import landlockpy
from landlockpy import AccessFS, Scope

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pytest_llmgen.sandbox.profile import Profile

_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_SECCOMP = 1, 4, 22
_PR_SET_CHILD_SUBREAPER, _PR_SET_NO_NEW_PRIVS = 36, 38
_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_CLEAR_ALL = 47, 4
_CAPABILITY_VERSION_3 = 0x20080522
_SECCOMP_MODE_FILTER = 2
_SIGNAL_SCOPE_ABI = 6
_MOST_DESCRIPTORS = 1 << 20

SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/nix/store")
"""Where programs and libraries lie."""
SYSTEM_FILES = (
    "/etc/alternatives",
    "/etc/ld.so.cache",
    "/etc/ld.so.conf",
    "/etc/ld.so.conf.d",
    "/etc/localtime",
)
_HARMLESS_DEVICES = ("/dev/null", "/dev/zero", "/dev/random", "/dev/urandom")
_HARMLESS_KERNEL_FILES = (
    "/proc/cpuinfo",
    "/proc/meminfo",
    "/proc/sys/vm/overcommit_memory",
    "/sys/devices/system",
)

_LANDLOCK_RESTRICT_SELF = 446

_libc = ctypes.CDLL(None, use_errno=True)
_libc.prctl.argtypes = (ctypes.c_int, *(ctypes.c_ulong,) * 4)
_libc.syscall.argtypes = (ctypes.c_long,) * 3
_libc.syscall.restype = ctypes.c_long


def _prctl(option: int, first: int = 0, second: int = 0) -> None:
    if _libc.prctl(option, first, second, 0, 0) < 0:
        raise _error(f"prctl {option}")


def _error(what: str) -> OSError:
    number = ctypes.get_errno()
    return OSError(number, os.strerror(number), what)


def die_with(parent: int, number: int = signal.SIGKILL) -> None:
    """Get a signal when the parent ends."""
    _prctl(_PR_SET_PDEATHSIG, number)
    if os.getppid() != parent:
        os._exit(0)


def hide_memory() -> None:
    """Let no process of the same user look into this one."""
    _prctl(_PR_SET_DUMPABLE, 0)


def adopt_orphans() -> None:
    """Become the parent of descendants whose own parent ends."""
    _prctl(_PR_SET_CHILD_SUBREAPER, 1)


def inherit_no_capabilities() -> None:
    """Leave to programs and other users none of the capabilities that root may have here."""
    _prctl(_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_CLEAR_ALL)
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
    sets = (ctypes.c_uint32 * 6)()  # effective, permitted and inheritable, low halves first
    if _libc.capget(header, sets) < 0:
        raise _error("capget")
    sets[2] = sets[5] = 0
    if _libc.capset(header, sets) < 0:
        raise _error("capset")


def close_all_but(kept: Iterable[int]) -> None:
    """Close every other file descriptor."""
    start = 0
    for descriptor in sorted(kept):
        if start < descriptor:  # an empty range would close everything in CPython 3.11
            os.closerange(start, descriptor)
        start = descriptor + 1
    os.closerange(start, _MOST_DESCRIPTORS)


def volunteer_for_the_killer() -> None:
    """Be the first to go when the machine runs out of memory."""
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("500")


def become(uid: int, groups: Sequence[int]) -> None:
    """Take a user and group of that number, for ever."""
    os.setgroups(groups)
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)


def device_groups(devices: Iterable[str]) -> list[int]:
    """The groups that may use devices, but for root's."""
    return sorted({Path(path).stat().st_gid for path in existing(devices)} - {0})


Limits = tuple[tuple[int, int, int], ...]
"""What is limited, the soft limit and the hard one."""


def limits(profile: Profile) -> Limits:
    """The limits of a process that is forked from this one, and so of each of its descendants.

    Args:
        profile: Says how much of everything.
    """
    address_space, data = (pages * os.sysconf("SC_PAGE_SIZE") for pages in _own_pages())
    chosen = [
        (resource.RLIMIT_CPU, profile.cpu_s, profile.cpu_s + 1),
        (resource.RLIMIT_FSIZE, profile.file_bytes, profile.file_bytes),
        (resource.RLIMIT_NOFILE, profile.open_files, profile.open_files),
        (resource.RLIMIT_CORE, 0, 0),
        (resource.RLIMIT_MEMLOCK, 0, 0),
        (resource.RLIMIT_MSGQUEUE, 0, 0),
        (resource.RLIMIT_SIGPENDING, 256, 256),
    ]
    if profile.reserves is not None:
        most = address_space + profile.memory_bytes + profile.reserves
        chosen.append((resource.RLIMIT_AS, most, most))
        most = data + profile.memory_bytes
        chosen.append((resource.RLIMIT_DATA, most, most))
    return tuple((which, *_within(which, soft, hard)) for which, soft, hard in chosen)


def _within(which: int, soft: int, hard: int) -> tuple[int, int]:
    """These limits, as far as they do not exceed ours."""
    highest = resource.getrlimit(which)[1]
    if highest == resource.RLIM_INFINITY:
        return soft, hard
    return min(soft, highest), min(hard, highest)


def _own_pages() -> tuple[int, int]:
    """Pages of address space and of data that this process has."""
    fields = Path("/proc/self/statm").read_text().split()
    return int(fields[0]), int(fields[5])


def limit(chosen: Limits) -> None:
    """Set limits on this process."""
    for which, soft, hard in chosen:
        resource.setrlimit(which, (soft, hard))


def limit_tasks(most: int) -> None:
    """Let the user of this process have no more processes and threads than this, all together."""
    resource.setrlimit(resource.RLIMIT_NPROC, _within(resource.RLIMIT_NPROC, most, most))


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_void_p))


class Filter:
    """A filter of `seccomp`, laid out in memory before the fork: a child has only to load it."""

    def __init__(self, program: bytes) -> None:
        """Lay a program out as the kernel takes it."""
        self._program = ctypes.create_string_buffer(program, len(program))
        self._told = _Program(len(program) // 8, ctypes.addressof(self._program))
        self._address = ctypes.addressof(self._told)

    def put(self, offset: int, value: int) -> None:
        """Set one of its numbers, given where in the program it stands."""
        struct.pack_into("=I", self._program, offset, value)

    def load(self) -> None:
        """Let it hold for this process and all of its descendants."""
        _prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, self._address)


def give_up_privileges() -> None:
    """Start no program that has more rights; the kernel asks for this before any restriction."""
    _prctl(_PR_SET_NO_NEW_PRIVS, 1)


def restrict(rules: int) -> None:
    """Enforce a ruleset of `landlock`, given as a descriptor, and close it."""
    if _libc.syscall(_LANDLOCK_RESTRICT_SELF, rules, 0) < 0:
        raise _error("landlock_restrict_self")
    os.close(rules)


def landlock_version() -> int:
    """Version of Landlock's interface, 0 if there is none."""
    return landlockpy.abi_version()


def signals_are_scoped() -> bool:
    """Whether Landlock keeps signals within a child."""
    return landlock_version() >= _SIGNAL_SCOPE_ABI


_LOOK = AccessFS.READ_FILE | AccessFS.READ_DIR
_WRITE = (
    _LOOK
    | AccessFS.WRITE_FILE
    | AccessFS.TRUNCATE
    | AccessFS.REMOVE_FILE
    | AccessFS.REMOVE_DIR
    | AccessFS.MAKE_REG
    | AccessFS.MAKE_DIR
    | AccessFS.MAKE_SYM
    | AccessFS.REFER
)
_USE = AccessFS.READ_FILE | AccessFS.WRITE_FILE
_OF_FILES = _USE | AccessFS.TRUNCATE | AccessFS.EXECUTE | AccessFS.IOCTL_DEV


def landlock(
    profile: Profile,
    *,
    python: Iterable[str] = (),
    scratch: str | None = None,
    hidden: Iterable[str] = (),
) -> landlockpy.Ruleset:
    """The files that a profile may reach, and no port and no process outside.

    Args:
        profile: Says whether programs may run, and what else is readable.
        python: Folders that modules are imported from.
        scratch: The private directory; with one, the rules are made by the child itself.
        hidden: Folders that stay unreadable wherever they lie.
    """
    rules = landlockpy.Ruleset(scoped=Scope.ABSTRACT_UNIX_SOCKET | Scope.SIGNAL)
    read = _LOOK | AccessFS.EXECUTE if profile.execute else _LOOK
    for root in (*SYSTEM, *profile.readable, *python):
        for path, whole in around(root, tuple(hidden)):
            _allow(rules, path, read if whole else AccessFS.READ_DIR)
    for path in (*SYSTEM_FILES, *_HARMLESS_KERNEL_FILES):
        _allow(rules, path, _LOOK)
    for path in _HARMLESS_DEVICES:
        _allow(rules, path, _USE)
    for path in existing(profile.devices):
        _allow(rules, path, _LOOK | _USE | AccessFS.IOCTL_DEV)
    if scratch is not None:
        _allow(rules, scratch, _WRITE | AccessFS.EXECUTE if profile.execute else _WRITE)
        _allow(rules, "/proc/self", _LOOK)  # where sanitizers find their options and the stack
    return rules


def _allow(rules: landlockpy.Ruleset, path: str, access: AccessFS) -> None:
    with contextlib.suppress(FileNotFoundError, PermissionError):
        rules.allow_path(path, access if Path(path).is_dir() else access & _OF_FILES)


def around(root: str, hidden: tuple[str, ...]) -> Iterator[tuple[str, bool]]:
    """Paths that together are `root` without the hidden folders.

    Yields:
        A path, and whether all below it is meant; if not, it may only be listed.
    """
    folder = Path(root).resolve()
    if str(folder) in hidden:
        return
    whole = not any(folder in Path(path).parents for path in hidden)
    yield str(folder), whole
    for path in () if whole else sorted(folder.iterdir()):
        if not path.is_symlink():
            yield from around(str(path), hidden)


def existing(patterns: Iterable[str]) -> list[str]:
    """The files that patterns stand for."""
    return [path for pattern in patterns for path in sorted(glob.glob(pattern))]  # noqa: PTH207 - absolute
