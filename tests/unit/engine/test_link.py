"""Workers and engine over the socket: everyone gets an answer, and nothing is left behind."""

from __future__ import annotations

import contextlib
import signal
import socket
import stat
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pytest
from support.fake_backend import WAIT_S, FakeBackend, build, engine_over, key_of, lane, plan_of

from pytest_llmgen.engine.connection import connect
from pytest_llmgen.engine.link import Builder, EngineClient, EngineServer
from pytest_llmgen.engine.plan import BuildOutcome, Failure
from pytest_llmgen.errors import HarnessError, UsageError
from pytest_llmgen.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pytest_llmgen.engine.engine import Engine
    from pytest_llmgen.generation import SampleKey

GONE = "the controlling process is gone"
STOPPED = "the run was stopped"


class Link:
    """A server over a fake backend, and whoever connects to it."""

    def __init__(self, folder: Path, backend: FakeBackend, *, builders: int = 2) -> None:
        self.made = 0
        self._folder = folder
        self._backend = backend
        self._stack = ExitStack()
        self.server = EngineServer(self._make_engine, builders=builders)
        self.server.start()

    def _make_engine(self) -> Engine:
        self.made += 1
        return engine_over(self._folder / "run", {"m": lane(self._backend, cap=64)})

    def client(self) -> EngineClient:
        """A worker's tests."""
        client = EngineClient(self.server.path)
        self._stack.callback(client.close)
        return client

    def builder(self, function: Callable[[SampleKey, str], Any] | None = None) -> Builder:
        """A worker's builder."""
        builder = Builder(self.server.path, function or (lambda _key, source: build(source)))
        self._stack.callback(builder.close)
        return builder

    def planned(self, count: int = 1) -> EngineClient:
        """A client that has planned some samples."""
        client = self.client()
        client.plan(lambda: [plan_of(key_of(index)) for index in range(count)])
        return client

    def close(self) -> None:
        """Everyone hangs up."""
        self.server.close()
        self._stack.close()


@pytest.fixture
def link_of(tmp_path: Path) -> Iterator[Callable[..., Link]]:
    """Make a server; all is closed after the test."""
    links: list[Link] = []

    def make(backend: FakeBackend | None = None, **settings: Any) -> Link:
        links.append(Link(tmp_path, backend or FakeBackend(), **settings))
        return links[-1]

    yield make
    for link in links:
        link.close()


def _eventually(holds: Callable[[], bool]) -> bool:
    """Wait for what other threads are about to do."""
    give_up = time.monotonic() + WAIT_S
    while not holds():
        if time.monotonic() > give_up:
            return False
        time.sleep(0.01)
    return True


def _descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


# Planning and solving


def test_a_sample_is_planned_built_and_solved(link_of: Callable[..., Link]) -> None:
    """The whole way, with a repair."""
    link = link_of(FakeBackend(["wrong;", "right;"]))
    client = link.planned()
    link.builder()
    solution = client.solve(key_of())
    assert (solution.source, solution.built) == ("right;\n", True)
    assert [attempt.outcome for attempt in solution.attempts] == ["build_failed", "built"]


def test_engine_is_made_once_for_many_workers(link_of: Callable[..., Link]) -> None:
    """Sixteen workers that plan at the same time have one engine, and each can solve at once."""
    backend = FakeBackend()
    link, meeting = link_of(backend), threading.Barrier(16)

    def work(index: int) -> bool:
        client = link.client()
        link.builder()
        meeting.wait(WAIT_S)
        client.plan(lambda: [plan_of(key_of(sample)) for sample in range(16)])
        return client.solve(key_of(index)).built

    with ThreadPoolExecutor(16) as workers:
        assert all(workers.map(work, range(16)))
    assert (link.made, len(backend.requests)) == (1, 16)


def test_engine_is_not_seen_before_its_first_plan(
    link_of: Callable[..., Link], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker that finds an engine may rely on its own samples being planned."""
    link = link_of()
    entered, go = threading.Event(), threading.Event()
    make = link.server._make_engine

    def make_slowly() -> Engine:
        engine = make()
        plan = engine.plan

        def plan_slowly(plans: Any) -> None:
            entered.set()
            assert go.wait(WAIT_S)
            plan(plans)

        monkeypatch.setattr(engine, "plan", plan_slowly)
        return engine

    monkeypatch.setattr(link.server, "_make_engine", make_slowly)
    with ThreadPoolExecutor(1) as first:
        planning = first.submit(link.planned)
        assert entered.wait(WAIT_S)
        assert link.server.engine is None
        assert link.client()._ask({"op": "wants_plan", "checks": ""}) == {"wants": True}
        go.set()
        planning.result(WAIT_S)
    assert link.client()._ask({"op": "wants_plan", "checks": ""}) == {"wants": False}


def test_second_worker_makes_no_plans(link_of: Callable[..., Link]) -> None:
    """Prompts are rendered once."""
    link = link_of()
    link.planned()

    def fail() -> list[Any]:
        raise AssertionError("asked for plans that are known")

    link.client().plan(fail)


def test_solving_before_planning_is_an_error(link_of: Callable[..., Link]) -> None:
    """It is told, not waited for."""
    with pytest.raises(HarnessError, match=r"^nothing was planned$"):
        link_of().client().solve(key_of())


@pytest.mark.parametrize(
    ("raised", "kind", "message"),
    [
        (UsageError("no key in OPENAI_API_KEY"), UsageError, "no key in OPENAI_API_KEY"),
        (HarnessError("no"), HarnessError, "no"),
        (OSError(28, "No space"), HarnessError, "the engine failed: OSError: [Errno 28] No space"),
        (KeyError("x"), HarnessError, "the engine failed: KeyError: 'x'"),
    ],
)
def test_engine_that_cannot_be_made_is_told_to_the_worker(
    raised: Exception, kind: type[HarnessError], message: str
) -> None:
    """In its own words, and as a mistake of the user's where it is one."""

    def fail() -> Engine:
        raise raised

    server = EngineServer(fail, builders=1)
    server.start()
    client = EngineClient(server.path)
    with pytest.raises(HarnessError) as told:
        client.plan(lambda: [plan_of()])
    assert (type(told.value), str(told.value)) == (kind, message)
    client.close()
    server.close()


def test_message_that_makes_no_sense_gets_an_error(link_of: Callable[..., Link]) -> None:
    """The connection lives on."""
    link = link_of()
    connection = connect(link.server.path)
    connection.send({"what": 1})
    assert connection.receive() == {"error": "the engine failed: KeyError: 'op'"}
    connection.send({"op": "wants_plan", "checks": ""})
    assert connection.receive() == {"wants": True}
    connection.close()


def test_stranger_that_sends_no_frame_is_hung_up_on(link_of: Callable[..., Link]) -> None:
    """The others are served as before."""
    link = link_of()
    with socket.socket(socket.AF_UNIX) as stranger:
        stranger.connect(link.server.path)
        stranger.sendall(b"\xff" * 64)
        with contextlib.suppress(ConnectionResetError):  # it did not even read to the end
            assert stranger.recv(1) == b""
    assert link.client()._ask({"op": "wants_plan", "checks": ""}) == {"wants": True}


class _Interrupted(BaseException):
    """What pytest-timeout, or the user, raises in the main thread."""


def test_interrupted_wait_does_not_mix_up_answers(link_of: Callable[..., Link]) -> None:
    """The next question is not answered with the answer to the one that was given up."""
    go = threading.Event()

    def answer(request: Any) -> str:
        if request.key.sample == 0:
            assert go.wait(WAIT_S)
        return f"right {request.key.sample};"

    link = link_of(FakeBackend(answer))
    client = link.planned(2)
    link.builder()

    def interrupt(_number: int, _frame: object) -> None:
        raise _Interrupted

    before = signal.signal(signal.SIGALRM, interrupt)
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.05)
        with pytest.raises(_Interrupted):
            client.solve(key_of(0))
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    go.set()
    assert client.solve(key_of(1)).source == "right 1;\n"
    assert client.solve(key_of(0)).source == "right 0;\n"


# Builders


def test_builder_that_dies_in_a_job_leaves_it_to_another(link_of: Callable[..., Link]) -> None:
    """Its connection breaks, and the job goes on elsewhere."""
    link = link_of()
    client = link.planned()
    dying = connect(link.server.path)
    dying.send({"op": "builder"})
    job = dying.receive()
    assert job is not None
    assert (job["key"]["sample"], job["source"]) == (0, "right;\n")
    dying.close()
    link.builder()
    assert client.solve(key_of()).built


def test_last_builder_left_does_all(link_of: Callable[..., Link]) -> None:
    """One that had to wait for its turn takes over when the others have finished."""
    go = threading.Event()

    def answer(_request: object) -> str:
        assert go.wait(WAIT_S)
        return "right;"

    link = link_of(FakeBackend(answer), builders=1)
    client = link.planned()
    early = [link.builder() for _ in range(5)]
    link.builder()
    assert _eventually(lambda: len(link.server._connections) == 7)
    for builder in early:
        builder.close()
    go.set()
    assert client.solve(key_of()).built


def test_at_most_so_many_build_at_once(link_of: Callable[..., Link]) -> None:
    """Six workers, two builds at a time."""
    lock, running, most = threading.Lock(), [0], [0]
    together = threading.Barrier(2)

    def count(key: SampleKey, source: str) -> BuildOutcome:
        with lock:
            running[0] += 1
            most[0] = max(most[0], running[0])
        if key.sample < 2:
            together.wait(WAIT_S)
        time.sleep(0.005)  # long enough for a third to come in between, if it could
        with lock:
            running[0] -= 1
        return build(source)

    link = link_of(builders=2)
    client = link.planned(30)
    for _ in range(6):
        link.builder(count)
    assert all(client.solve(key_of(index)).built for index in range(30))
    assert most == [2]


def test_builder_finishes_its_present_build_when_it_is_closed(
    link_of: Callable[..., Link],
) -> None:
    """A worker that has done its tests costs nobody a second build."""
    begun, go, built = threading.Event(), threading.Event(), []

    def slowly(key: SampleKey, source: str) -> BuildOutcome:
        built.append(key.sample)
        begun.set()
        assert go.wait(WAIT_S)
        return build(source)

    link = link_of()
    client = link.planned()
    builder = link.builder(slowly)
    assert begun.wait(WAIT_S)
    with ThreadPoolExecutor(1) as closing:
        closed = closing.submit(builder.close)
        go.set()
        assert client.solve(key_of()).built
        closed.result(WAIT_S)
    assert built == [0]
    assert not builder._thread.is_alive()


@pytest.mark.parametrize(
    "outcome",
    [lambda: 1 / 0, lambda: "no outcome", lambda: BuildOutcome(trial=cast("str", object()))],
)
def test_builder_that_fails_ends_the_sample_as_ours(
    link_of: Callable[..., Link], outcome: Callable[[], Any]
) -> None:
    """Whatever a build raises or returns, and the builder goes on."""
    link = link_of()
    client = link.planned(2)
    link.builder(lambda key, source: outcome() if key.sample == 0 else build(source))
    failure = client.solve(key_of(0)).failure
    assert failure is not None
    assert failure.verdict is Verdict.HARNESS_ERROR
    assert failure.message.startswith("building failed on our side: ")
    assert client.solve(key_of(1)).built


@pytest.mark.parametrize("answer", [{}, {"failure": {"verdict": "x", "message": ""}, "trial": 0}])
def test_outcome_that_cannot_be_read_ends_the_sample_as_ours(
    link_of: Callable[..., Link], answer: dict[str, Any]
) -> None:
    """A builder of another version is no reason to wait for ever."""
    link = link_of()
    client = link.planned()
    strange = connect(link.server.path)
    strange.send({"op": "builder"})
    assert strange.receive() is not None
    strange.send(answer)
    failure = client.solve(key_of()).failure
    assert failure is not None
    assert failure.message.startswith("reading a build's outcome failed on our side: ")
    strange.close()


# The end


def test_socket_is_private_and_removed(link_of: Callable[..., Link]) -> None:
    """Only this user may enter its folder, which is gone at the end."""
    link = link_of()
    folder = Path(link.server.path).parent
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    link.server.close()
    assert not folder.exists()
    with pytest.raises(HarnessError, match=r"^the controlling process does not listen on "):
        EngineClient(link.server.path)


def test_long_temporary_folder_still_has_a_socket(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The system allows a socket's path 107 bytes, and a temporary folder more."""
    long = tmp_path / ("x" * 120)
    long.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(long))
    server = EngineServer(lambda: pytest.fail("not needed"), builders=1)
    server.start()
    connect(server.path).close()
    server.close()
    assert list(long.iterdir()) == []


def test_close_answers_who_waits(link_of: Callable[..., Link]) -> None:
    """Tests that wait for a sample end, and hear why."""
    backend = FakeBackend()
    backend.script = lambda _request: backend.hold()
    link = link_of(backend)
    clients = [link.planned(), link.client(), link.client()]
    with ThreadPoolExecutor(3) as waiting:
        futures = [waiting.submit(client.solve, key_of()) for client in clients]
        assert _eventually(lambda: len(backend.requests) == 1)
        link.server.close()
        for future in futures:
            assert str(future.exception(WAIT_S)) in {STOPPED, GONE}
    for client in clients:
        with pytest.raises(HarnessError):
            client.solve(key_of())


def test_nothing_is_left_behind(tmp_path: Path) -> None:
    """After the end there are as many threads and descriptors as before."""
    threads, descriptors = set(threading.enumerate()), _descriptors()
    for index in range(3):
        link = Link(tmp_path / str(index), FakeBackend(["wrong;", "right;"]))
        clients = [link.planned(8), *(link.client() for _ in range(4))]
        for _ in clients:
            link.builder()
        for sample, client in enumerate(clients):
            assert client.solve(key_of(sample)).built
        link.close()
    assert _eventually(lambda: set(threading.enumerate()) <= threads)
    assert _eventually(lambda: _descriptors() <= descriptors)


def test_server_closes_connections_of_workers_that_hang(link_of: Callable[..., Link]) -> None:
    """A worker that never hangs up does not keep threads of the controlling process."""
    link = link_of()
    hanging = [connect(link.server.path) for _ in range(3)]
    assert _eventually(lambda: len(link.server._connections) == 3)
    link.server.close()
    assert _eventually(lambda: not link.server._connections)
    for connection in hanging:
        assert connection.receive() is None
        connection.close()


def test_client_of_a_server_that_was_killed_says_so(tmp_path: Path) -> None:
    """A socket that breaks off is an error of ours with a plain message."""
    path = str(tmp_path / "engine")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(path)
        listener.listen()
        client = EngineClient(path)
        accepted, _ = listener.accept()
        accepted.close()
        with pytest.raises(HarnessError, match=f"^{GONE}$"):
            client.solve(key_of())
    client.close()


def test_failures_travel_as_they_are(link_of: Callable[..., Link]) -> None:
    """What the engine says of a sample is what its test hears."""
    link = link_of(FakeBackend(["wrong;"]))
    client = link.planned()
    link.builder()
    assert client.solve(key_of()).failure == Failure(
        verdict=Verdict.BUILD_FAILED, message="error in wrong;"
    )
