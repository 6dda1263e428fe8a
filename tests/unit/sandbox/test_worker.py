"""A child for many requests: what it may do to itself, and what it never sees of us."""

from __future__ import annotations

import signal
import threading
from typing import TYPE_CHECKING, Any

import pytest
from support.processes import is_gone_soon
from support.sandboxes import kill_children

from pytest_llmgen.errors import Crashed, TimedOut, WorkerError
from pytest_llmgen.sandbox.environment import clean_environment
from pytest_llmgen.sandbox.profile import PYTHON
from pytest_llmgen.sandbox.worker import Worker

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_llmgen.sandbox.sandbox import Sandbox

CANARY = "sk-canary-7c21"


@pytest.fixture
def worker(sandbox: Sandbox) -> Iterator[Worker]:
    """A worker over a runner that does what it is told."""
    made = Worker("does_as_told", PYTHON, sandbox)
    yield made
    made.stop()


def _ask(worker: Worker, code: str, *, timeout_s: float = 30.0, **header: Any) -> Any:
    answer, _ = worker.request({"code": code, **header}, timeout_s=timeout_s)
    return answer["result"]


def test_requests_are_answered_by_one_child(worker: Worker) -> None:
    """Header and bytes come back, and the child stays."""
    header, blob = worker.request({"code": "kept = result = 7"}, b"abc", timeout_s=30)
    assert (header["result"], blob) == (7, b"cba")
    assert _ask(worker, "result = kept") == 7
    assert worker.generation == 1


@pytest.mark.parametrize(
    ("code", "end"),
    [
        ("os.abort()", "died of SIGABRT"),
        ("os.kill(os.getpid(), 9)", "died of SIGKILL"),
        ("os.kill(os.getpid(), 37)", "died of signal 37"),
        ("os._exit(0)", "ended with status 0"),
    ],
)
def test_crash_tells_the_end_and_costs_one_request(worker: Worker, code: str, end: str) -> None:
    """The next request starts a fresh child."""
    _ask(worker, "kept = 1")
    with pytest.raises(Crashed) as told:
        _ask(worker, code)
    assert str(told.value) == f"the process that ran it {end}"
    assert _ask(worker, "result = 'kept' in globals()") is False
    assert worker.generation == 2


def test_hanging_child_is_killed(worker: Worker) -> None:
    """And the next request works."""
    with pytest.raises(TimedOut, match=r"^no result within 0\.5 s$"):
        _ask(worker, "time.sleep(600)", timeout_s=0.5)
    assert _ask(worker, "result = 1") == 1
    assert worker.generation == 2


def test_mistake_of_the_runner_itself_is_ours(worker: Worker) -> None:
    """It is not told as the submission's crash, and the child goes on."""
    with pytest.raises(WorkerError, match=r"^does_as_told: KeyError: 'x'$"):
        _ask(worker, "channel.send({'internal': \"KeyError: 'x'\"}); os.kill(os.getpid(), 19)")


def test_request_for_a_child_that_is_gone_does_not_go_to_another(worker: Worker) -> None:
    """What was loaded into the first child is not in the second."""
    _ask(worker, "result = 1")
    assert all(map(is_gone_soon, kill_children(worker.sandbox, signal.SIGKILL)))
    with pytest.raises(Crashed, match=r"^the process that ran it died of SIGKILL$"):
        worker.request({}, timeout_s=30, generation=1)
    _ask(worker, "result = 1")
    with pytest.raises(WorkerError, match=r"^the process that held this module was restarted$"):
        worker.request({}, timeout_s=30, generation=1)
    assert worker.request({}, timeout_s=30, generation=2)
    worker.stop()
    with pytest.raises(WorkerError, match=r"^the process that held this module was stopped$"):
        worker.request({}, timeout_s=30, generation=2)


def test_stopped_worker_starts_again(worker: Worker) -> None:
    """Stopping twice, or before the start, does nothing."""
    worker.stop()
    _ask(worker, "kept = 1")
    worker.stop()
    worker.stop()
    assert _ask(worker, "result = 'kept' in globals()") is False


def test_child_sees_no_secret(
    worker: Worker, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its environment holds what drivers need, and neither keys nor the user's home."""
    sandbox.close()
    secrets = ("OPENAI_API_KEY", "VK_ACCESS_TOKEN", "WGPU_SECRET", "LP_PASSWORD", "AWS_SESSION")
    for name in secrets:
        monkeypatch.setenv(name, CANARY)
    monkeypatch.setenv("VK_ICD_FILENAMES", "/some/icd.json")
    seen = _ask(worker, "result = dict(os.environ)")
    assert CANARY not in str(seen)
    assert not {*secrets, "HOME"} & seen.keys()
    assert seen["VK_ICD_FILENAMES"] == "/some/icd.json"
    assert clean_environment().items() <= seen.items()
    sandbox.close()


def test_one_request_at_a_time(worker: Worker) -> None:
    """Threads take turns, and each gets its own answer."""
    answers: dict[int, Any] = {}

    def ask(index: int) -> None:
        answers[index] = _ask(worker, f"result = {index}")

    threads = [threading.Thread(target=ask, args=(index,)) for index in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert answers == {index: index for index in range(8)}


def test_runner_that_does_not_start_is_told(sandbox: Sandbox) -> None:
    """Not as a crash of the submission."""
    with pytest.raises(WorkerError) as told:
        Worker("pytest_llmgen.nowhere", PYTHON, sandbox).request({}, timeout_s=30)
    assert str(told.value) == (
        "the sandbox could not start a process: ModuleNotFoundError: "
        "No module named 'pytest_llmgen.nowhere'"
    )
