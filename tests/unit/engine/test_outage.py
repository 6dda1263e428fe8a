"""Servers that are out of reach: tried one request at a time, and given up after a while."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pytest
from support.fake_backend import WAIT_S, Bench, FakeBackend, key_of, lane, plan_of

from pytest_llmgen.engine import outage
from pytest_llmgen.engine.lane import MOST_FAULTS
from pytest_llmgen.errors import (
    BackendError,
    BrokenServerError,
    PermanentBackendError,
    UnreachableError,
)
from pytest_llmgen.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_llmgen.generation import GenerationRequest

REFUSED = "http://127.0.0.1:9: cannot connect: refused"


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Try again soon, and give up soon."""
    monkeypatch.setattr(outage, "FIRST_REST_S", 0.01)
    monkeypatch.setattr(outage, "LONGEST_REST_S", 0.02)
    monkeypatch.setattr(outage, "START_S", 0.1)


class Server:
    """Refuses connections as told, or meets another problem, and knows how often."""

    def __init__(
        self, *, refusals: int, before: int = 0, problem: BackendError | None = None
    ) -> None:
        self._lock = threading.Lock()
        self._problem = problem or UnreachableError(REFUSED)
        self._before = before
        self._refusals = refusals
        self.refused = 0

    def __call__(self, _request: GenerationRequest) -> Any:
        """Answer the first ones, refuse some, and answer from then on."""
        with self._lock:
            if self._before:
                self._before -= 1
                return "right;"
            if self.refused < self._refusals:
                self.refused += 1
                return self._problem
        return "right;"


def test_a_server_that_comes_back_loses_no_sample(bench_of: Callable[..., Bench]) -> None:
    """Nobody's attempts are counted, and the user is told twice."""
    lines: list[str] = []
    server = Server(before=5, refusals=20)
    bench = bench_of({"m": lane(FakeBackend(server), cap=8)}, tell=lines.append)
    solutions = bench.solve([plan_of(key_of(index)) for index in range(5)])
    solutions += bench.solve([plan_of(key_of(index)) for index in range(5, 50)])
    assert all(solution.built and len(solution.attempts) == 1 for solution in solutions)
    assert lines == [f"m: {REFUSED}; trying again for up to 10 s", "m: its server is back"]


BROKEN = "model 'm': http://127.0.0.1:9 answered 502: bad gateway"


def test_a_gateway_without_a_server_is_an_outage_after_some_samples(
    bench_of: Callable[..., Bench],
) -> None:
    """A few samples end by it; then the others wait, and are told of in one line."""
    lines: list[str] = []
    server = Server(before=5, refusals=20, problem=BrokenServerError(BROKEN))
    bench = bench_of({"m": lane(FakeBackend(server), cap=4)}, tell=lines.append)
    solutions = bench.solve([plan_of(key_of(index)) for index in range(5)])
    solutions += bench.solve([plan_of(key_of(index)) for index in range(5, 100)])
    failures = [solution.failure for solution in solutions if solution.failure is not None]
    assert [(failure.verdict, failure.message) for failure in failures] == [
        (Verdict.BACKEND_ERROR, BROKEN)
    ] * MOST_FAULTS
    assert lines == [f"m: {BROKEN}; trying again for up to 10 s", "m: its server is back"]


def test_a_question_that_no_server_survives_stops_no_other(bench_of: Callable[..., Bench]) -> None:
    """As long as others are answered in between."""
    lines: list[str] = []

    def answer(request: GenerationRequest) -> Any:
        return BrokenServerError(BROKEN) if request.key.sample % 3 == 0 else "right;"

    bench = bench_of({"m": lane(FakeBackend(answer), cap=1)}, tell=lines.append)
    solutions = bench.solve([plan_of(key_of(index)) for index in range(30)])
    assert [solution.built for solution in solutions] == [index % 3 != 0 for index in range(30)]
    assert lines == []


def test_a_server_that_is_just_starting_is_waited_for(bench_of: Callable[..., Bench]) -> None:
    """It was not heard of before."""
    bench = bench_of({"m": lane(FakeBackend(Server(refusals=3)), cap=1)})
    assert bench.solve()[0].built


def test_a_server_that_stays_away_is_given_up_for_all(bench_of: Callable[..., Bench]) -> None:
    """A few requests tell; hundreds of samples end with the same words, and other models go on."""
    lines: list[str] = []
    server, other = Server(refusals=10**6), FakeBackend()
    lanes = {"m": lane(FakeBackend(server), cap=8), "n": lane(other)}
    bench = bench_of(lanes, tell=lines.append)
    plans = [plan_of(key_of(index, model=model)) for model in "mn" for index in range(200)]
    solutions = bench.solve(plans)
    [failure] = {solution.failure for solution in solutions[:200]}
    assert failure is not None
    assert failure.verdict is Verdict.BACKEND_ERROR
    assert failure.message.startswith(f"{REFUSED}; tried ")
    assert failure.message.endswith(" times; is the server running, and is base_url right?")
    assert all(solution.built for solution in solutions[200:])
    assert lines == [
        f"m: {REFUSED}; trying again for up to 0 s",
        f"m is asked no more: {failure.message}",
    ]
    assert server.refused < 30


def test_a_server_that_answered_before_is_given_more_time(
    bench_of: Callable[..., Bench], monkeypatch: pytest.MonkeyPatch
) -> None:
    """And other words, since its address was right."""
    monkeypatch.setattr(outage, "START_S", 0.0)
    monkeypatch.setattr(outage, "RESTART_S", 0.1)
    bench = bench_of({"m": lane(FakeBackend(Server(before=1, refusals=10**6)), cap=1)})
    first, second = bench.solve([plan_of(key_of(0)), plan_of(key_of(1))])
    assert first.built
    assert second.failure is not None
    assert second.failure.message.endswith(
        "; it answered before; see why it stopped, and go on with the same --llm-run"
    )


def test_one_request_at_a_time_tries_whether_a_server_is_back(
    bench_of: Callable[..., Bench],
) -> None:
    """The others wait, however many there are."""
    backend, gathered = FakeBackend(), threading.Barrier(8)
    seen: list[int] = []

    def refuse(request: GenerationRequest) -> Any:
        if request.key.sample < 8 and not gathered.broken:
            try:
                gathered.wait(WAIT_S)
            finally:
                gathered.abort()
        elif request.key.sample < 8:
            seen.append(backend.in_flight)
        return UnreachableError(REFUSED)

    backend.script = refuse
    bench = bench_of({"m": lane(backend, cap=8)})
    bench.solve([plan_of(key_of(index)) for index in range(20)])
    assert seen
    assert set(seen) == {1}


def test_stored_replies_are_judged_without_a_server(bench_of: Callable[..., Bench]) -> None:
    """Going on with a run while its server is down costs only what is still to be asked."""
    first = bench_of()
    first.solve([plan_of(key_of(index)) for index in range(3)])
    first.close()
    bench = bench_of(FakeBackend(Server(refusals=10**6)))
    solutions = bench.solve([plan_of(key_of(index)) for index in range(6)])
    assert [solution.built for solution in solutions] == [True] * 3 + [False] * 3


def test_a_model_that_cannot_answer_is_told_of_once(bench_of: Callable[..., Bench]) -> None:
    """At once, and not for each of the samples that are in flight."""
    lines: list[str] = []
    meeting = threading.Barrier(4)

    def deny(request: GenerationRequest) -> Any:
        if request.key.sample < 4:
            meeting.wait(WAIT_S)
        return PermanentBackendError("model 'm' is not there; try: ollama pull m")

    bench = bench_of({"m": lane(FakeBackend(deny), cap=4)}, tell=lines.append)
    bench.solve([plan_of(key_of(index)) for index in range(40)])
    assert lines == ["m is asked no more: model 'm' is not there; try: ollama pull m"]


def test_a_run_that_is_stopped_tries_no_more(bench_of: Callable[..., Bench]) -> None:
    """What waited for the server is forgotten."""
    asked = threading.Event()

    def refuse(_request: GenerationRequest) -> Any:
        asked.set()
        return UnreachableError(REFUSED)

    backend = FakeBackend(refuse)
    bench = bench_of(backend)
    bench.engine.plan([plan_of()])
    assert asked.wait(WAIT_S)
    bench.engine.drain()
    bench.engine.wait_for_answers()
    count = len(backend.requests)
    bench.engine.stop()
    assert len(backend.requests) == count
