"""A process between the zygote and a child that may leave something behind: processes or files.

It prepares the private directory, starts the child, looks after its group's memory, and when the
child ends or the parent loses interest it kills what is left, reads the asked files and removes the
directory. Orphans of the child become the warden's, so that none is lost.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import shutil
import signal
import stat
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from pytest_llmgen.sandbox import confine
from pytest_llmgen.sandbox.cgroups import Group
from pytest_llmgen.sandbox.channel import Channel
from pytest_llmgen.sandbox.environment import PATH

if TYPE_CHECKING:
    import resource
    import socket
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from pytest_llmgen.sandbox.profile import Profile

EXEC = "exec"
"""The runner of a child that becomes a program."""
POLL_S = 0.02
"""How often a group's memory is looked at."""
MAX_FILES = 10_000
_PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What one child does, and where."""

    argv: tuple[str, ...]
    """Empty for a runner."""
    scratch: str
    stdin: int
    failure: int
    """Where it says why the program could not be started; closed by the start."""

    def execute(self) -> NoReturn:
        """Become the program."""
        environment = {
            "PATH": PATH,
            "LANG": "C.UTF-8",
            "HOME": self.scratch,
            "TMPDIR": self.scratch,
            "ASAN_OPTIONS": "detect_leaks=0",  # that would need ptrace
        }
        for number in (signal.SIGPIPE, signal.SIGXFSZ):  # Python ignores them, programs should not
            signal.signal(number, signal.SIG_DFL)
        os.execve(self.argv[0], self.argv, environment)  # noqa: S606 - there is no shell here

    def fail(self, error: BaseException) -> NoReturn:
        """Say why there is no program, and end."""
        os.write(self.failure, f"{type(error).__name__}: {error}".encode()[:4096])
        os._exit(1)


class Warden:
    """Guards one child."""

    def __init__(
        self,
        profile: Profile,
        uid: int | None,
        scratch_root: str,
        homes: Sequence[int],
        channel: socket.socket,
        lifeline: socket.socket,
        become_child: Callable[[Job], None],
    ) -> None:
        """Take the descriptors of the child."""
        self._profile = profile
        self._uid = uid
        self._scratch_root = scratch_root
        self._homes = homes
        self._connection = channel
        self._lifeline = lifeline
        self._become_child = become_child
        self._wakeup = wakeup_on(signal.SIGCHLD, signal.SIGTERM)
        self._reason: str | None = None
        self._peak_bytes = 0

    def guard(self, *, runner_talks: bool) -> None:
        """See one child through from its directory to its report."""
        confine.adopt_orphans()
        try:
            header, blob = Channel(self._connection).receive()
        except (EOFError, OSError):
            return
        scratch = tempfile.mkdtemp(dir=self._scratch_root)
        group: Group | None = None
        try:
            # Files lie in memory where the directory does, and count there.
            memory_bytes = self._profile.memory_bytes + self._profile.scratch_bytes
            processes = self._profile.processes
            group = Group(self._homes, memory_bytes=memory_bytes, processes=processes)
            self._fill(scratch, header["files"], blob)
            ended = self._run(scratch, group, header, blob, runner_talks=runner_talks)
        except Exception as error:  # ours: the parent is told
            ended = {"failed": f"{type(error).__name__}: {error}"}
        finally:
            self._kill_all()
            _remove(scratch)
            if group is not None:
                group.remove()
        with contextlib.suppress(OSError):
            self._lifeline.sendall(json.dumps(ended).encode())

    def _fill(self, scratch: str, files: list[tuple[str, int]], blob: bytes) -> None:
        """Write the files into the directory and give both to the child's user."""
        rest = memoryview(blob)
        for name, size in files:
            path = Path(scratch, name)
            path.touch(mode=0o700, exist_ok=False)
            path.write_bytes(rest[:size])
            rest = rest[size:]
            self._hand_over(path)
        self._hand_over(Path(scratch))

    def _hand_over(self, path: Path) -> None:
        if self._uid is not None:
            os.chown(path, self._uid, self._uid)

    def _run(
        self,
        scratch: str,
        group: Group,
        header: dict[str, Any],
        blob: bytes,
        *,
        runner_talks: bool,
    ) -> dict[str, Any]:
        taken = sum(size for _, size in header["files"])
        stdin = os.memfd_create("stdin")
        os.write(stdin, memoryview(blob)[taken:])
        os.lseek(stdin, 0, os.SEEK_SET)
        failure_read, failure_write = os.pipe()
        job = Job(argv=tuple(header["argv"]), scratch=scratch, stdin=stdin, failure=failure_write)
        me = os.getpid()
        pid = os.fork()
        if pid == 0:
            try:
                signal.set_wakeup_fd(-1)
                for number in (signal.SIGTERM, signal.SIGCHLD):
                    signal.signal(number, signal.SIG_DFL)
                os.setsid()
                confine.die_with(me)
                group.enter()
                self._become_child(job)
            finally:
                os._exit(1)
        os.close(stdin)
        os.close(failure_write)
        if runner_talks:
            self._connection.close()
        status, usage = self._wait(pid, scratch)
        ended = report(status, usage)
        if self._reason is None and group.ran_out_of_memory:
            self._reason = "memory"
        if self._reason is not None:
            ended["reason"] = self._reason
        ended["peak_bytes"] = max(ended["peak_bytes"], self._peak_bytes)
        if not runner_talks:
            self._kill_all()
            self._answer(scratch, header["outputs"], os.read(failure_read, 4096), ended["status"])
        return ended

    def _wait(self, child: int, scratch: str) -> tuple[int, resource.struct_rusage]:
        """Wait for the child's end, and cause it if its group is too large or nobody waits."""
        rounds = 0
        while True:
            lifeline = self._lifeline.fileno()
            ready, _, _ = select.select([self._wakeup, lifeline], [], [], POLL_S)
            told = os.read(self._wakeup, 4096) if self._wakeup in ready else b""
            if self._reason or signal.SIGTERM in told or lifeline in ready:
                kill_descendants()
            while True:
                pid, status, usage = os.wait4(-1, os.WNOHANG)
                if pid == child:
                    return status, usage
                if pid == 0:
                    break
            rounds += 1
            self._reason = self._reason or self._excess(scratch, look_at_files=rounds % 10 == 0)

    def _excess(self, scratch: str, *, look_at_files: bool) -> str | None:
        """What the group has too much of."""
        group = list(descendants_of(os.getpid()))
        used = sum(map(own_bytes, group))
        self._peak_bytes = max(self._peak_bytes, used)
        if used > self._profile.memory_bytes:
            return "memory"
        if len(group) > self._profile.processes:
            return "processes"
        if look_at_files and not _fits(scratch, self._profile.scratch_bytes):
            return "files"
        return None

    def _answer(self, scratch: str, outputs: list[str], failure: bytes, status: int) -> None:
        found = [(name, self._output(scratch, name)) for name in outputs]
        answer = {
            "status": status,
            "reason": self._reason,
            "outputs": [[name, len(data)] for name, data in found if data is not None],
            **({"failed": failure.decode(errors="replace")} if failure else {}),
        }
        with contextlib.suppress(OSError):
            Channel(self._connection).send(answer, b"".join(data or b"" for _, data in found))

    def _output(self, scratch: str, name: str) -> bytes | None:
        """A regular file that the child wrote itself, or None. Nothing of it runs any more."""
        try:
            descriptor = os.open(f"{scratch}/{name}", os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        except OSError:
            return None
        found = os.fstat(descriptor)
        owner = os.geteuid() if self._uid is None else self._uid
        if not stat.S_ISREG(found.st_mode) or found.st_uid != owner:
            os.close(descriptor)
            return None
        with os.fdopen(descriptor, "rb") as file:
            return file.read(self._profile.file_bytes)

    def _kill_all(self) -> None:
        """Kill every descendant, again and again until none is left."""
        while True:
            kill_descendants()
            try:
                while os.wait4(-1, os.WNOHANG)[0]:
                    pass
            except ChildProcessError:
                return
            time.sleep(0.001)


def kill_descendants() -> None:
    """Kill whatever is below this process, even if it multiplies.

    All are stopped first: who kills one after the other runs after a fork bomb for ever.
    """
    stopped: set[int] = set()
    while found := set(descendants_of(os.getpid())) - stopped:
        _signal(found, signal.SIGSTOP)
        stopped |= found
    _signal(stopped, signal.SIGKILL)


def _signal(processes: Iterable[int], number: int) -> None:
    for pid in processes:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)


def wakeup_on(*signals: int) -> int:
    """A descriptor that becomes readable, with its number, when one of these signals comes."""
    reader, writer = os.pipe()
    os.set_blocking(reader, False)
    os.set_blocking(writer, False)
    for number in signals:
        signal.signal(number, lambda *_: None)
    signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
    return reader


def report(status: int, usage: resource.struct_rusage) -> dict[str, Any]:
    """How a child ended, for its parent: exit status or minus the signal, seconds, bytes."""
    return {
        "status": os.waitstatus_to_exitcode(status),
        "cpu_s": usage.ru_utime + usage.ru_stime,
        "peak_bytes": usage.ru_maxrss * 1024,
    }


def children_of(pid: int) -> list[int]:
    """The children of every thread of a process; none if it is gone."""
    found: list[int] = []
    with contextlib.suppress(OSError):
        for thread in Path(f"/proc/{pid}/task").iterdir():
            found += map(int, (thread / "children").read_text().split())
    return found


def descendants_of(pid: int) -> Iterator[int]:
    """Children, their children, and so on."""
    for child in children_of(pid):
        yield child
        yield from descendants_of(child)


def own_bytes(pid: int) -> int:
    """Resident memory of a process that it shares with no file; 0 if it is gone."""
    try:
        fields = Path(f"/proc/{pid}/statm").read_text().split()
    except OSError:
        return 0
    return (int(fields[1]) - int(fields[2])) * _PAGE


def _remove(folder: str) -> None:
    """Remove a tree whose owner may have locked parts of it. Nothing of it runs any more."""
    Path(folder).chmod(0o700)
    for path, names, _ in os.walk(folder):
        for inner in (Path(path, name) for name in names):
            if not inner.is_symlink():
                inner.chmod(0o700)  # before the walk goes into it
    shutil.rmtree(folder, ignore_errors=True)


def _fits(folder: str, most_bytes: int) -> bool:
    """Whether the files below a folder are neither too many nor too large."""
    count = size = 0
    for path, _, names in os.walk(folder):
        for name in names:
            with contextlib.suppress(OSError):
                size += os.lstat(f"{path}/{name}").st_blocks * 512
        count += len(names) + 1
        if count > MAX_FILES or size > most_bytes:
            return False
    return True
