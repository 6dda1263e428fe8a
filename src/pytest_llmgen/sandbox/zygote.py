"""The process that children are forked from: `main(DESCRIPTOR)`, started inside the sandbox.

Loading NumPy takes 60 ms and forking a process that has it takes 2, so it is loaded once, here. The
zygote reads nothing that a model wrote. What it is asked comes as packets on one socket: a runner's
name, a profile and a program of `seccomp`, with three descriptors for the new child:

- its channel, on which the parent talks with the runner,
- its log, standard output and error,
- its lifeline: when the parent closes that, the child is killed; how the child ended is said there.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import io
import json
import os
import selectors
import shutil
import signal
import socket
import sys
import sysconfig
import traceback
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pytest_llmgen.sandbox import confine, frames, seccomp, warden
from pytest_llmgen.sandbox.channel import Channel
from pytest_llmgen.sandbox.profile import Profile

if TYPE_CHECKING:
    import landlockpy

MAX_PACKET_BYTES = 1 << 17
_READY = frames.encode({"ready": True})


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What holds for every child of this zygote."""

    confined: bool
    """Whether there are filters and users at all; limits there always are."""
    landlocked: bool
    hidden: tuple[str, ...]
    """Folders no child may read."""
    scratch_root: str
    homes: tuple[int, ...]
    """Descriptors of folders for control groups; see `cgroups`."""
    signal_numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One child to fork."""

    runner: str
    profile: Profile
    program: bytes
    uid: int | None
    tasks: int | None
    """Most processes and threads of the child's user."""
    channel: socket.socket
    log: int
    lifeline: socket.socket

    def close(self) -> None:
        """Let go of the descriptors, which the child has now."""
        self.channel.close()
        self.lifeline.close()
        os.close(self.log)


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """What every child of one profile shares."""

    rules: landlockpy.Ruleset | None
    """Of children without a directory of their own."""
    limits: confine.Limits
    groups: list[int]
    filters: tuple[confine.Filter, ...]
    """Of system calls; in the last of two, the child's own number is still to be put."""


class Zygote:
    """Forks children and says how they ended."""

    def __init__(self, control: socket.socket, settings: Settings) -> None:
        """Serve one parent."""
        self._control = control
        self._settings = settings
        self._lifelines: dict[int, socket.socket] = {}
        """Of children that have no warden, by process."""
        self._wardens: set[int] = set()
        self._prepared: dict[tuple[Profile, bytes], Prepared] = {}
        self._to_itself, self._offset_of_pid = seccomp.to_itself(settings.signal_numbers)
        self._loaded: set[str] = set()
        self._selector = selectors.DefaultSelector()
        self._wakeup = warden.wakeup_on(signal.SIGCHLD)

    def serve(self) -> None:
        """Work until the parent closes the control socket."""
        self._selector.register(self._control, selectors.EVENT_READ, self._take_order)
        self._selector.register(self._wakeup, selectors.EVENT_READ, self._reap)
        while True:
            for key, _ in self._selector.select():
                if key.data() is False:
                    self._selector.unregister(self._control)
                    self._end()
                    return

    def _take_order(self) -> bool:
        """Fork one child; False if there will be no more."""
        packet, descriptors, _, _ = socket.recv_fds(self._control, MAX_PACKET_BYTES, 3)
        if not packet:
            return False
        header, program = frames.read(io.BytesIO(packet).read)
        channel, log, lifeline = descriptors
        order = Order(
            runner=header["runner"],
            profile=Profile.from_json(header["profile"]),
            program=program,
            uid=header["uid"],
            tasks=header["tasks"],
            channel=socket.socket(fileno=channel),
            log=log,
            lifeline=socket.socket(fileno=lifeline),
        )
        try:
            self._load(order)
            self._fork(order, self._prepare(order))
        except Exception as error:  # ours: the parent is told, and the zygote lives
            _say(order.lifeline, {"failed": f"{type(error).__name__}: {error}"})
        order.close()
        return True

    def _load(self, order: Order) -> None:
        """Import what the child will run, so that the next one has it already."""
        for name in (*order.profile.packages, order.runner):
            if name in self._loaded or name == warden.EXEC:
                continue
            try:
                importlib.import_module(name)
            except ModuleNotFoundError:  # an optional package: the runner says what it lacks
                if name == order.runner:
                    raise
            self._loaded.add(name)
            self._prepared.clear()  # limits are counted from what is there before
            getattr(sys.modules.get(name), "rehearse", _nothing_to_rehearse)()
            if len(list(Path("/proc/self/task").iterdir())) > 1:
                raise RuntimeError(f"the module {name} starts a thread when it is imported")
            gc.collect()
            gc.freeze()  # so that a child's collector does not copy every page of ours

    def _prepare(self, order: Order) -> Prepared:
        profile = order.profile
        key = profile, order.program
        if key not in self._prepared:
            shared = self._settings.landlocked and not profile.has_warden
            programs = [order.program] if self._settings.confined else []
            if programs and not profile.execute:
                programs.append(self._to_itself)
            self._prepared[key] = Prepared(
                rules=self._landlock(profile, None) if shared else None,
                limits=confine.limits(profile),
                groups=confine.device_groups(profile.devices),
                filters=tuple(map(confine.Filter, programs)),
            )
        return self._prepared[key]

    def _landlock(self, profile: Profile, scratch: str | None) -> landlockpy.Ruleset:
        return confine.landlock(
            profile,
            python=python_folders(profile.packages),
            scratch=scratch,
            hidden=self._settings.hidden,
        )

    def _fork(self, order: Order, prepared: Prepared) -> None:
        zygote = os.getpid()
        pid = os.fork()
        if pid == 0:
            try:
                self._be_child(order, prepared, zygote)
            finally:
                os._exit(1)
        if order.profile.has_warden:
            self._wardens.add(pid)
            return
        lifeline = order.lifeline.dup()
        self._lifelines[pid] = lifeline

        def kill() -> None:
            if self._lifelines.get(pid) is lifeline:  # not if it ended by itself a moment ago
                self._selector.unregister(lifeline)
                os.kill(pid, signal.SIGKILL)

        self._selector.register(lifeline, selectors.EVENT_READ, kill)

    def _be_child(self, order: Order, prepared: Prepared, zygote: int) -> None:
        signal.set_wakeup_fd(-1)
        os.setsid()
        if not order.profile.has_warden:
            confine.die_with(zygote)
            self._run(order, prepared)
            return
        confine.die_with(zygote, signal.SIGTERM)
        kept = [order.channel.fileno(), order.log, order.lifeline.fileno(), *self._settings.homes]
        confine.close_all_but([0, 1, 2, *kept])
        warden.Warden(
            order.profile,
            order.uid,
            self._settings.scratch_root,
            self._settings.homes,
            order.channel,
            order.lifeline,
            lambda job: self._run(order, prepared, job),
        ).guard(runner_talks=order.runner != warden.EXEC)

    def _run(self, order: Order, prepared: Prepared, job: warden.Job | None = None) -> None:
        """Confine this process, and serve the channel or become the job's program."""
        try:
            self._confine(order, prepared, job)
            if job is not None and job.argv:
                job.execute()
        except BaseException as error:
            if job is not None and job.argv:
                job.fail(error)
            Channel(order.channel).send({"failed": f"{type(error).__name__}: {error}"})
            return
        status = 1
        try:
            order.channel.sendall(_READY)
            with contextlib.suppress(EOFError):
                sys.modules[order.runner].serve(Channel(order.channel))
            status = 0
        except BaseException:
            traceback.print_exc()
        finally:
            with contextlib.suppress(Exception):
                sys.stdout.flush()
                sys.stderr.flush()
            os._exit(status)

    def _confine(self, order: Order, prepared: Prepared, job: warden.Job | None) -> None:
        rules = -1
        if self._settings.landlocked:
            ruleset = prepared.rules
            if ruleset is None:
                ruleset = self._landlock(order.profile, None if job is None else job.scratch)
            rules = os.dup(ruleset.fileno())
        os.dup2(os.open(os.devnull, os.O_RDONLY) if job is None else job.stdin, 0)
        os.dup2(order.log, 1)
        os.dup2(order.log, 2)
        os.chdir("/" if job is None else job.scratch)
        private = order.channel.fileno() if job is None or not job.argv else job.failure
        confine.close_all_but((0, 1, 2, private) if rules < 0 else (0, 1, 2, private, rules))
        order.lifeline.detach()
        confine.limit(prepared.limits)
        if order.tasks is not None:
            confine.limit_tasks(order.tasks)
        if self._settings.confined:
            confine.give_up_privileges()
        if rules >= 0:
            confine.restrict(rules)
        if order.uid is not None:
            confine.become(order.uid, prepared.groups)
        for is_own, filtering in enumerate(prepared.filters):
            if is_own:
                filtering.put(self._offset_of_pid, os.getpid())
            filtering.load()

    def _reap(self) -> None:
        """Say how the children ended that have, and kill what they left."""
        with contextlib.suppress(BlockingIOError):
            os.read(self._wakeup, 4096)
        may_have_left_some = not self._settings.confined
        while True:
            try:
                pid, status, usage = os.wait4(-1, os.WNOHANG)
            except ChildProcessError:
                break
            if pid == 0:
                break
            if pid in self._wardens:
                self._wardens.discard(pid)
                may_have_left_some = True
            lifeline = self._lifelines.pop(pid, None)
            if lifeline is not None:
                with contextlib.suppress(KeyError):
                    self._selector.unregister(lifeline)
                _say(lifeline, warden.report(status, usage))
                lifeline.close()
        for pid in warden.children_of(os.getpid()) if may_have_left_some else ():
            if pid not in self._lifelines and pid not in self._wardens:
                os.kill(pid, signal.SIGKILL)  # an orphan: what left it here is dead

    def _end(self) -> None:
        """Kill every child and wait for its end."""
        for pid in self._lifelines:
            os.kill(pid, signal.SIGKILL)
        for pid in self._wardens:
            os.kill(pid, signal.SIGTERM)
        while self._lifelines or self._wardens:
            self._selector.select()
            self._reap()


def _say(lifeline: socket.socket, report: dict[str, Any]) -> None:
    with contextlib.suppress(OSError):  # the parent has closed it: nobody asks
        lifeline.sendall(json.dumps(report).encode())


def _nothing_to_rehearse() -> None:
    """Most modules are as fast the first time."""


def python_folders(packages: tuple[str, ...]) -> list[str]:
    """Where the standard library and these packages lie."""
    folders = {sysconfig.get_path("stdlib"), sysconfig.get_path("platstdlib")}
    for name in packages:
        module = sys.modules.get(name)
        for folder in getattr(module, "__path__", ()):
            folders |= {folder, f"{folder}.libs"}
    return sorted(folders)


def main(descriptor: int) -> None:
    """Serve the control socket with that number."""
    control = socket.socket(fileno=descriptor)
    header, _ = frames.read(io.BytesIO(control.recv(MAX_PACKET_BYTES)).read)
    settings = Settings(
        confined=header["confined"],
        landlocked=header["landlocked"],
        hidden=tuple(header["hidden"]),
        scratch_root=header["scratch_root"],
        homes=tuple(header["homes"]),
        signal_numbers=tuple(header["signal_numbers"]),
    )
    confine.volunteer_for_the_killer()
    confine.hide_memory()
    confine.inherit_no_capabilities()
    confine.adopt_orphans()
    zygote = Zygote(control, settings)
    control.sendall(frames.encode({"ready": True}))
    zygote.serve()
    shutil.rmtree(settings.scratch_root, ignore_errors=True)  # the parent may be dead
