"""A helper process: what it may do to itself, and what it never sees of us."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pytest_llmgen.errors import Crashed, TimedOut, WorkerError
from pytest_llmgen.sandbox.worker import Worker, clean_environment

if TYPE_CHECKING:
    from collections.abc import Iterator

CANARY = "sk-canary-7c21"

MODULE = r"""
import os, socket, subprocess, sys, threading, time
from pytest_llmgen.sandbox import frames


def answer(header):
    op = header["op"]
    if op == "die":
        os.kill(os.getpid(), header["signal"])
    if op == "exit":
        os._exit(header["status"])
    if op == "hang":
        time.sleep(600)
    if op == "hang_with_child":
        child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
        open(header["file"], "w").write(f"{os.getpid()} {child.pid}")
        time.sleep(600)
    if op == "garbage":
        return None
    if op == "mistake":
        return {"internal": "KeyError: 'x'"}
    if op == "drip":
        for byte in frames.encode({}, bytes(600)):
            connection.sendall(bytes([byte]))
            time.sleep(0.05)
    if op == "environ":
        return {"environ": dict(os.environ)}
    if op == "descriptors":
        return {"open": len(os.listdir("/proc/self/fd"))}
    return {"pid": os.getpid(), "said": header}


connection = socket.socket(fileno=int(sys.argv[1]))
stream = connection.makefile("rb")


def read(count):
    data = stream.read(count)
    if len(data) < count:
        sys.exit()
    return data


while True:
    header, blob = frames.read(read)
    reply = answer(header)
    connection.sendall(b"\xff" * 64 if reply is None else frames.encode(reply, blob[::-1]))
"""


@pytest.fixture
def worker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Worker]:
    """A worker over a module that does what it is told.

    Isolated mode sees no path of ours, so the module is put in by the interpreter's options.
    """
    (tmp_path / "child.py").write_text(MODULE)
    monkeypatch.setattr(sys, "executable", str(_interpreter(tmp_path)))
    made = Worker("child")
    yield made
    made.stop()


def _interpreter(folder: Path) -> Path:
    """Python that finds modules in `folder` although it is isolated: `-I -m child FD`."""
    program = folder / "python"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -I "{folder}/child.py" "$4"\n')
    program.chmod(0o755)
    return program


def _ask(worker: Worker, op: str, *, timeout_s: float = 30.0, **header: Any) -> dict[str, Any]:
    return worker.request({"op": op, **header}, b"abc", timeout_s=timeout_s)[0]


def _is_running(pid: int) -> bool:
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return status.rpartition(")")[2].split()[0] != "Z"


def _is_gone_soon(pid: int) -> bool:
    give_up = time.monotonic() + 30
    while _is_running(pid):
        if time.monotonic() > give_up:
            return False
        time.sleep(0.01)
    return True


def test_requests_are_answered_by_one_child(worker: Worker) -> None:
    """Header and bytes come back, and the child stays."""
    header, blob = worker.request({"op": "echo", "x": 1}, b"abc", timeout_s=30)
    assert (header["said"], blob) == ({"op": "echo", "x": 1}, b"cba")
    assert _ask(worker, "echo")["pid"] == header["pid"]
    assert worker.generation == 1


@pytest.mark.parametrize(
    ("number", "name"),
    [
        (signal.SIGSEGV, "SIGSEGV"),
        (signal.SIGKILL, "SIGKILL"),
        (signal.SIGRTMIN + 3, f"signal {signal.SIGRTMIN + 3}"),
    ],
)
def test_crash_tells_the_signal_and_costs_one_request(
    worker: Worker, number: int, name: str
) -> None:
    """The next request starts a fresh child."""
    first = _ask(worker, "echo")["pid"]
    with pytest.raises(Crashed) as told:
        _ask(worker, "die", signal=int(number))
    assert str(told.value) == f"the process that ran it died of {name}"
    assert _ask(worker, "echo")["pid"] != first
    assert worker.generation == 2


def test_exit_tells_the_status(worker: Worker) -> None:
    """A child that ends by itself is a crash too: no exit code is trusted."""
    with pytest.raises(Crashed, match=r"^the process that ran it ended with status 0$"):
        _ask(worker, "exit", status=0)


def test_garbage_is_a_crash(worker: Worker) -> None:
    """What is no frame comes from a child whose memory is spoilt; it is killed."""
    pid = _ask(worker, "echo")["pid"]
    with pytest.raises(Crashed, match=r"^the process that ran it hung up$"):
        _ask(worker, "garbage")
    assert _is_gone_soon(pid)


def test_hanging_child_is_killed_with_its_children(worker: Worker, tmp_path: Path) -> None:
    """A grandchild that lives on would hold the machine."""
    worker.start()
    with pytest.raises(TimedOut, match=r"^no result within 2 s$"):
        _ask(worker, "hang_with_child", file=str(tmp_path / "pids"), timeout_s=2)
    pids = [int(pid) for pid in (tmp_path / "pids").read_text().split()]
    assert len(pids) == 2
    assert all(map(_is_gone_soon, pids))
    assert _ask(worker, "echo")["pid"] not in pids


def test_request_too_big_for_a_hanging_child_times_out(worker: Worker) -> None:
    """Sending has the same deadline as waiting."""
    worker.start()
    os.kill(_ask(worker, "echo")["pid"], signal.SIGSTOP)
    with pytest.raises(TimedOut, match=r"^no result within 0\.2 s$"):
        worker.request({"op": "echo"}, bytes(1 << 24), timeout_s=0.2)


def test_answer_that_drips_has_one_deadline(worker: Worker) -> None:
    """A byte now and then does not buy more time."""
    worker.start()
    with pytest.raises(TimedOut, match=r"^no result within 0\.5 s$"):
        _ask(worker, "drip", timeout_s=0.5)


def test_mistake_of_the_child_itself_is_ours(worker: Worker) -> None:
    """It is not told as the submission's crash, and the child goes on."""
    with pytest.raises(WorkerError, match=r"^child: KeyError: 'x'$"):
        _ask(worker, "mistake")
    assert worker.generation == 1
    assert _ask(worker, "echo")["said"] == {"op": "echo"}


def test_request_for_a_child_that_is_gone_does_not_go_to_another(worker: Worker) -> None:
    """What was loaded into the first child is not in the second."""
    pid = _ask(worker, "echo")["pid"]
    os.kill(pid, signal.SIGKILL)
    assert _is_gone_soon(pid)
    with pytest.raises(Crashed, match=r"^the process that ran it died of SIGKILL$"):
        worker.request({"op": "echo"}, timeout_s=30, generation=1)
    _ask(worker, "echo")
    with pytest.raises(WorkerError, match=r"^the process that held this module was restarted$"):
        worker.request({"op": "echo"}, timeout_s=30, generation=1)
    assert worker.request({"op": "echo"}, timeout_s=30, generation=2)


def test_stopped_worker_starts_again(worker: Worker) -> None:
    """Stopping twice, or before the start, does nothing."""
    worker.stop()
    pid = _ask(worker, "echo")["pid"]
    worker.stop()
    worker.stop()
    assert _is_gone_soon(pid)
    assert _ask(worker, "echo")["pid"] != pid


def test_child_ends_with_its_parent(worker: Worker) -> None:
    """When the connection breaks, as it does if the parent is killed, nothing is left."""
    pid = _ask(worker, "echo")["pid"]
    assert worker._socket is not None
    worker._socket.close()
    assert _is_gone_soon(pid)


def test_child_sees_no_secret(worker: Worker, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its environment holds what drivers need, and neither keys nor the user's home."""
    secrets = ("OPENAI_API_KEY", "VK_ACCESS_TOKEN", "WGPU_SECRET", "LP_PASSWORD", "AWS_SESSION")
    for name in secrets:
        monkeypatch.setenv(name, CANARY)
    monkeypatch.setenv("VK_ICD_FILENAMES", "/some/icd.json")
    seen = _ask(worker, "environ")["environ"]
    assert CANARY not in str(seen)
    assert not {*secrets, "HOME"} & seen.keys()
    assert seen["VK_ICD_FILENAMES"] == "/some/icd.json"
    assert clean_environment().items() <= seen.items()
    assert worker._process is not None
    assert CANARY.encode() not in Path(f"/proc/{worker._process.pid}/environ").read_bytes()


def test_child_inherits_one_descriptor(worker: Worker) -> None:
    """Beside the standard three, its connection and what lists them: no file of ours."""
    with Path(__file__).open() as ours:
        os.set_inheritable(ours.fileno(), True)
        seen = _ask(worker, "descriptors")["open"]
    assert seen == 5


def test_one_request_at_a_time(worker: Worker) -> None:
    """Threads take turns, and each gets its own answer."""
    answers: dict[int, Any] = {}

    def ask(index: int) -> None:
        answers[index] = _ask(worker, "echo", index=index)["said"]["index"]

    threads = [threading.Thread(target=ask, args=(index,)) for index in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert answers == {index: index for index in range(8)}


def test_module_that_does_not_start_is_told_with_the_way_to_see_why() -> None:
    """Not as a crash of the submission."""
    with pytest.raises(WorkerError) as told:
        Worker("pytest_llmgen.nowhere").request({"op": "x"}, timeout_s=30)
    assert str(told.value) == (
        "the worker pytest_llmgen.nowhere did not start (it ended with status 1); to see why, "
        f"run: {sys.executable} -I -m pytest_llmgen.nowhere --help"
    )


def test_interpreter_that_is_gone_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """An error of the system is ours too, and leaks no descriptor."""
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    before = len(list(Path("/proc/self/fd").iterdir()))
    with pytest.raises(WorkerError, match=r"did not start \(\[Errno 2\] No such file"):
        Worker("child").start()
    assert len(list(Path("/proc/self/fd").iterdir())) == before
