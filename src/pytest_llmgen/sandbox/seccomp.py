"""System calls that a child may not make, as programs for the kernel's filter.

They are built in the parent, once per set of rules, so that a child needs no library to load one.
"""

from __future__ import annotations

import errno
import functools
import os
import struct
import tempfile
from typing import TYPE_CHECKING, Any

from pytest_llmgen.errors import TargetUnavailable

if TYPE_CHECKING:
    from pytest_llmgen.sandbox.profile import Profile

_ALWAYS_DENIED = (
    # other processes
    "ptrace process_vm_readv process_vm_writev process_madvise process_mrelease kcmp",
    "pidfd_open pidfd_getfd pidfd_send_signal setpriority ioprio_set",
    "sched_setscheduler sched_setparam sched_setattr migrate_pages move_pages",
    # the network, and what Landlock and namespaces may leave open
    "socket msgget msgsnd msgrcv msgctl semget semop semtimedop semctl shmget shmat shmctl shmdt",
    "mq_open mq_unlink mq_timedsend mq_timedreceive mq_notify mq_getsetattr",
    # large parts of the kernel that nothing here needs
    "io_uring_setup io_uring_enter io_uring_register bpf perf_event_open userfaultfd",
    "add_key request_key keyctl memfd_secret fanotify_init fanotify_mark lookup_dcookie",
    "uselib ustat sysfs nfsservctl vhangup modify_ldt personality iopl ioperm",
    # mounts, namespaces and users
    "mount umount2 pivot_root chroot move_mount open_tree open_tree_attr fsopen fsmount fsconfig",
    "fspick mount_setattr statmount listmount unshare setns mknod mknodat",
    "setuid setgid setreuid setregid setresuid setresgid setgroups setfsuid setfsgid capset",
    # paths that begin with a handle, not with a folder
    "name_to_handle_at open_by_handle_at",
    # attributes of files, which Landlock does not know
    "chown fchown lchown fchownat setxattr fsetxattr lsetxattr setxattrat",
    "removexattr fremovexattr lremovexattr removexattrat file_setattr",
    # the machine
    "kexec_load kexec_file_load init_module finit_module delete_module reboot swapon swapoff acct",
    "quotactl quotactl_fd syslog settimeofday clock_settime adjtimex clock_adjtime stime",
    "sethostname setdomainname",
)
_ATTRIBUTES_BY_PATH = "chmod fchmodat fchmodat2 utime utimes utimensat futimesat"
"""Landlock does not know them either; they reach what belongs to the user, wherever it lies."""
_CHANGES_OF_FILES = (
    _ATTRIBUTES_BY_PATH,
    "fchmod",
    "creat truncate unlink unlinkat rename renameat renameat2 link linkat symlink symlinkat",
    "mkdir mkdirat rmdir",
)
"""Denied where there is no private directory, so that even without Landlock nothing is written."""

_SIGNALS = ("kill", "tgkill")
"""Their first argument is the process they go to."""
_OTHER_SIGNALS = ("tkill", "rt_sigqueueinfo", "rt_tgsigqueueinfo")
_CLONE_THREAD = 0x00010000
_NAMESPACES = (0x00020000, 0x02000000, 0x04000000, 0x08000000, 0x10000000, 0x20000000, 0x40000000)
"""Mounts, control groups, host name, IPC, users, processes, network."""
_OPENED_TO_WRITE = (
    (os.O_ACCMODE, os.O_WRONLY),
    (os.O_ACCMODE, os.O_RDWR),
    (os.O_CREAT, os.O_CREAT),
    (os.O_TRUNC, os.O_TRUNC),
)
"""Masks and the flags they show."""
_BINARY_TREE = 2
_TIOCSTI, _TIOCLINUX = 0x5412, 0x541C
_LOW_32_BITS = 0xFFFFFFFF

INSTALL = "apt-get install libseccomp2"


def program(profile: Profile, *, guarded_paths: bool, guarded_signals: bool) -> bytes:
    """The filter for a profile, as the kernel takes it.

    Args:
        profile: Says whether there may be threads, and programs.
        guarded_paths: Whether no path leads to files that must keep their attributes.
        guarded_signals: Whether something else keeps signals from reaching other children. If not,
            a group of processes can send none.

    Raises:
        TargetUnavailable: If libseccomp is missing.
    """
    return _program(
        threads=profile.processes > 1,
        execute=profile.execute,
        writes=profile.scratch or bool(profile.devices),
        attributes=guarded_paths,
        signals=not profile.execute or guarded_signals,
    )


def signal_numbers() -> tuple[int, ...]:
    """The system calls that `to_itself` takes."""
    sc = library()
    return tuple(sc.resolve_syscall(sc.system_arch(), name) for name in _SIGNALS)


def to_itself(numbers: tuple[int, ...]) -> tuple[bytes, int]:
    """A filter by which a process sends signals to nobody but itself: it may abort.

    It is loaded beside the other one, and the stricter answer of the two holds.

    Returns:
        The program, and the offset in it at which the number of the process is to be put.
    """
    load, equal, give = 0x20, 0x15, 0x06  # BPF_LD|W|ABS, BPF_JMP|JEQ|K, BPF_RET|K
    allow, deny = 0x7FFF0000, 0x00050000 | errno.EPERM
    code = [(load, 0, 0, 0)]
    for index, number in enumerate(numbers):
        code.append((equal, len(numbers) - index, 0, number))
    code += [
        (give, 0, 0, allow),
        (load, 0, 0, 16),  # the low half of the first argument
        (equal, 1, 0, 0),
        (give, 0, 0, deny),
        (give, 0, 0, allow),
    ]
    program = b"".join(struct.pack("=HBBI", *instruction) for instruction in code)
    return program, len(program) - 3 * _INSTRUCTION_BYTES + 4


_INSTRUCTION_BYTES = 8


def library() -> Any:
    """The package pyseccomp.

    Raises:
        TargetUnavailable: If it or libseccomp is missing.
    """
    try:
        import pyseccomp  # noqa: PLC0415 - it loads a library that may be missing
    except (ImportError, OSError, RuntimeError) as error:
        raise TargetUnavailable(
            f"the sandbox needs libseccomp, which cannot be loaded ({error}); try: {INSTALL}"
        ) from None
    return pyseccomp


@functools.cache
def _program(
    *, threads: bool, execute: bool, writes: bool, attributes: bool, signals: bool
) -> bytes:
    sc = library()
    rules = sc.SyscallFilter(sc.ALLOW)
    rules.set_attr(sc.Attr.CTL_OPTIMIZE, _BINARY_TREE)
    denied = sc.ERRNO(errno.EPERM)
    # Where flags lie behind a pointer, callers are made to use the older call, which shows them.
    hidden = sc.ERRNO(errno.ENOSYS)

    def deny(name: str, *conditions: object) -> None:
        if sc.resolve_syscall(sc.system_arch(), name) >= 0:  # this processor has it
            rules.add_rule(denied, name, *conditions)

    for name in " ".join(_ALWAYS_DENIED).split():
        deny(name)
    for name in () if attributes else _ATTRIBUTES_BY_PATH.split():
        deny(name)
    if not writes:
        for name in " ".join(_CHANGES_OF_FILES).split():
            deny(name)
        for name, position in (("open", 1), ("openat", 2)):
            for mask, flags in _OPENED_TO_WRITE:
                deny(name, sc.Arg(position, sc.MASKED_EQ, mask, flags))
        rules.add_rule(hidden, "openat2")
    for name in () if signals else _SIGNALS:
        deny(name)
    for name in () if signals and execute else _OTHER_SIGNALS:
        deny(name)
    for name in () if execute else ("execve", "execveat", "fork", "vfork"):
        deny(name)
    if not threads:
        deny("clone")
    elif not execute:
        deny("clone", sc.Arg(0, sc.MASKED_EQ, _CLONE_THREAD, 0))
    if threads:
        for flag in _NAMESPACES:
            deny("clone", sc.Arg(0, sc.MASKED_EQ, flag, flag))
    else:
        deny("sched_setaffinity")
    rules.add_rule(hidden, "clone3")
    deny("prlimit64", sc.Arg(0, sc.NE, 0))  # of another process
    deny("ioctl", sc.Arg(1, sc.MASKED_EQ, _LOW_32_BITS, _TIOCSTI))
    deny("ioctl", sc.Arg(1, sc.MASKED_EQ, _LOW_32_BITS, _TIOCLINUX))
    return _exported(rules)


def _exported(rules: Any) -> bytes:
    with tempfile.TemporaryFile() as file:
        rules.export_bpf(file)
        file.seek(0)
        return file.read()
