"""Hostile samples: what each of them must come to, and what none of them may touch.

A sample is a source with a few words in comments at its top:

    # verdict: crashed, out_of_memory      how it may end
    # says: SIGSEGV, MemoryError           one of these is in the message
    # wall_s: 2                            its limits, if they matter
    # memory_mib: 128
    # times: 2                             run it so often

An attack ends as `passed` where every way that it tries was closed, and raises if one was open.
"""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import socket
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from support.processes import descendants

from pytest_llmgen.errors import SubmissionError
from pytest_llmgen.sandbox.places import reachable_folder
from pytest_llmgen.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pytest_llmgen.sandbox.sandbox import Sandbox

SAMPLES = Path(__file__).parents[1] / "hostile" / "samples"
MARK = "sk-canary-"
"""Begins what no sample may learn."""
_WORD = re.compile(r"^(?:#|//|;;) (verdict|says|wall_s|memory_mib|times): (.*)$", re.MULTILINE)
_SETTLE_S = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One source and how it may end."""

    name: str
    text: str
    verdicts: tuple[Verdict, ...]
    says: tuple[str, ...]
    wall_s: float
    memory_mib: int
    times: int

    def source(self, canaries: Canaries) -> str:
        """What a model would have written, with the names of the canaries in it."""
        return re.sub(r"@([A-Z]+)@", lambda found: canaries.names[found[1]], self.text)


def samples(folder: str) -> list[Sample]:
    """Those of one target, in order of their names."""
    return [_read(path) for path in sorted((SAMPLES / folder).iterdir())]


def right(folder: str) -> Sample:
    """The one that is right."""
    return next(sample for sample in samples(folder) if sample.name == "right")


def _read(path: Path) -> Sample:
    text = path.read_text()
    words = dict(_WORD.findall(text))
    return Sample(
        name=path.name.partition(".")[0],
        text=text,
        verdicts=tuple(map(Verdict, words["verdict"].split(", "))),
        says=tuple(words["says"].split(", ")) if "says" in words else (),
        wall_s=float(words.get("wall_s", 20)),
        memory_mib=int(words.get("memory_mib", 256)),
        times=int(words.get("times", 1)),
    )


def judged(run: Callable[[], None]) -> tuple[Verdict, str]:
    """How a check ends, and its words."""
    try:
        run()
    except SubmissionError as error:
        return error.verdict, str(error)
    return Verdict.PASSED, ""


class Canaries:
    """What must stay as it is: a key, files, listeners, a neighbour and this process."""

    def __init__(self) -> None:
        """Put them out, where a child could reach them if it were not confined."""
        self._secret = MARK + secrets.token_hex(8)
        self._folder = Path(reachable_folder(), f"llmgen-canaries-{os.getpid()}")
        self._folder.mkdir()
        self._folder.chmod(0o777)
        self._files = [self._folder / name for name in ("private", "public", "open")]
        for path, mode in zip(self._files, (0o600, 0o644, 0o666), strict=True):
            path.write_text(self._secret)
            path.chmod(mode)
        self._before = self._seen()
        os.environ["LLMGEN_CANARY_API_KEY"] = self._secret
        abstract = f"llmgen-canary-{os.getpid()}"
        self._listeners = [
            _listening(socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", 0)),
            _listening(socket.AF_INET, socket.SOCK_DGRAM, ("127.0.0.1", 0)),
            _listening(socket.AF_UNIX, socket.SOCK_STREAM, str(self._folder / "socket")),
            _listening(socket.AF_UNIX, socket.SOCK_STREAM, f"\0{abstract}"),
        ]
        (self._folder / "socket").chmod(0o777)
        self._bystander = subprocess.Popen(["sleep", "3600"])
        tcp, udp, *_ = self._listeners
        self.names = {
            "MARK": MARK,
            "FOLDER": str(self._folder),
            "PRIVATE": str(self._files[0]),
            "PUBLIC": str(self._files[1]),
            "OPEN": str(self._files[2]),
            "PORT": str(tcp.getsockname()[1]),
            "UDP": str(udp.getsockname()[1]),
            "SOCKET": str(self._folder / "socket"),
            "ABSTRACT": abstract,
            "PID": str(os.getpid()),
            "BYSTANDER": str(self._bystander.pid),
            "DEEP": "(" * 5000 + ")" * 5000,
            "NUL": "\0",
            "NEST": "scf.if %c {\n" * 20_000 + "}\n" * 20_000,
            "LOCALS": "(local i64)" * 60_000,
            "BLOCKS": "(block (result i32) " * 20_000 + "local.get 0" + ")" * 20_000,
        }
        """What stands for them in a sample."""

    def touched(self) -> list[str]:
        """Those that are not as they were."""
        found = [] if self._seen() == self._before else ["files"]
        if {path.name for path in self._folder.iterdir()} != {
            "private",
            "public",
            "open",
            "socket",
        }:
            found.append("folder")
        if os.environ.get("LLMGEN_CANARY_API_KEY") != self._secret:
            found.append("environment")
        if self._bystander.poll() is not None:
            found.append("bystander")
        for listener in self._listeners:
            with contextlib.suppress(BlockingIOError):
                if listener.type == socket.SOCK_STREAM:
                    listener.accept()
                else:
                    listener.recv(1)
                found.append(f"listener {listener.getsockname()!r}")
        return found

    def known_by(self, words: str) -> bool:
        """Whether the secret is in these words."""
        return self._secret in words

    def close(self) -> None:
        """Take them away."""
        self._bystander.kill()
        self._bystander.wait()
        for listener in self._listeners:
            listener.close()
        for path in (*self._files, self._folder / "socket"):
            path.unlink()
        self._folder.rmdir()
        del os.environ["LLMGEN_CANARY_API_KEY"]

    def _seen(self) -> list[tuple[str, int, int, int]]:
        stats = [path.stat() for path in self._files]
        return [
            (path.read_text(), found.st_mode, found.st_uid, found.st_mtime_ns)
            for path, found in zip(self._files, stats, strict=True)
        ]


def _listening(family: int, kind: int, address: object) -> socket.socket:
    listener = socket.socket(family, kind)
    listener.bind(address)  # type: ignore[arg-type] # of its family
    if kind == socket.SOCK_STREAM:
        listener.listen()
    listener.setblocking(False)
    return listener


class Watch:
    """Sees whether a sample has left something: processes, segments, files, descriptors."""

    def __init__(self, sandbox: Sandbox) -> None:
        """Look at what is there when no sample runs."""
        self._sandbox = sandbox
        self._before = self._seen()

    def left(self) -> list[str]:
        """What is there now and was not; waits for what is about to end."""
        give_up = time.monotonic() + _SETTLE_S
        while found := self._more():
            if time.monotonic() > give_up:
                return found
            time.sleep(0.01)
        return []

    def _more(self) -> list[str]:
        now = self._seen()
        return [
            f"{kind}: {now[kind]}, and before {before}"
            for kind, before in self._before.items()
            if now[kind] > before
        ]

    def _seen(self) -> dict[str, int]:
        return {
            "processes": len(descendants(os.getpid())),
            "processes of the users of children": self._of_children(),
            "descriptors": len(list(Path("/proc/self/fd").iterdir())) - len(self._users),
            "segments": len(list(Path("/dev/shm").glob("llmgen-*"))),
            "System V segments": Path("/proc/sysvipc/shm").read_text().count("\n"),
            "files": len(list(self._files())),
        }

    def _files(self) -> Iterator[Path]:
        """Where children might write: outside and, where we may look there, inside."""
        for zygote in self._sandbox._zygotes.values():
            if zygote._scratch is not None:
                yield from Path(zygote._scratch).iterdir()
                continue
            for pid in descendants(zygote._process.pid):
                for folder in ("tmp", "dev/shm"):
                    with contextlib.suppress(OSError):
                        yield from Path(f"/proc/{pid}/root/{folder}").iterdir()

    def _of_children(self) -> int:
        """Processes, wherever they hang, of the users that this sandbox gives to its children."""
        users = self._users
        return sum(_owner(path) in users for path in Path("/proc").iterdir() if users)

    @property
    def _users(self) -> set[int]:
        """Those that this sandbox has given to children; it keeps them, each by a descriptor."""
        users = self._sandbox._users
        return set() if users is None else set(users._held)


def _owner(path: Path) -> int | None:
    try:
        return path.stat().st_uid if path.name.isdigit() else None
    except OSError:  # it has just ended
        return None
