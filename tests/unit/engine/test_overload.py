"""Busy servers: asked again later and less at a time, and given up at the deadline."""

from __future__ import annotations

import threading
import time
from functools import partial
from typing import TYPE_CHECKING

from support.fake_backend import Bench, FakeBackend, key_of, lane, plan_of, reply

from pytest_llmgen.engine.delays import Delays
from pytest_llmgen.errors import OverloadedError
from pytest_llmgen.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_llmgen.generation import Generation, GenerationRequest


class Slots:
    """A server with a few slots that refuses what is beyond them."""

    def __init__(self, slots: int) -> None:
        self._free = threading.Semaphore(slots)
        self.refused = 0

    def __call__(self, _request: GenerationRequest) -> Generation:
        """Refuse, or answer after a while."""
        if not self._free.acquire(blocking=False):
            self.refused += 1
            raise OverloadedError("busy", retry_after_s=0.01)
        time.sleep(0.005)
        self._free.release()
        return reply("right;")


def test_every_sample_is_solved_by_a_server_with_few_slots(
    bench_of: Callable[..., Bench],
) -> None:
    """Refusals are nobody's failure, and do not count as attempts."""
    server = Slots(4)
    bench = bench_of({"m": lane(FakeBackend(server), cap=32)})
    solutions = bench.solve([plan_of(key_of(index)) for index in range(100)])
    assert all(solution.built and len(solution.attempts) == 1 for solution in solutions)
    assert bench.engine.progress["m"].retries == server.refused > 0


def test_refusals_end_at_the_deadline_of_the_generation(bench_of: Callable[..., Bench]) -> None:
    """The message says what was asked for and what was left."""

    def busy(_request: GenerationRequest) -> Generation:
        raise OverloadedError("429: too many requests", retry_after_s=60)

    [solution] = bench_of(FakeBackend(busy)).solve()
    assert solution.failure is not None
    assert solution.failure.verdict is Verdict.BACKEND_ERROR
    assert solution.failure.message == (
        "429: too many requests; it asks to wait 60 s, and 10 s are left of --llm-timeout=10"
    )


def test_a_stopped_engine_asks_nobody_later(bench_of: Callable[..., Bench]) -> None:
    """What waited for its turn is forgotten."""
    asked = threading.Event()

    def busy(_request: GenerationRequest) -> Generation:
        asked.set()
        raise OverloadedError("busy", retry_after_s=0.05)

    backend = FakeBackend(busy)
    bench = bench_of(backend)
    bench.engine.plan([plan_of()])
    assert asked.wait(30)
    bench.engine.stop()
    count = len(backend.requests)
    time.sleep(0.2)
    assert len(backend.requests) <= count + 1


def test_delayed_actions_run_in_the_order_of_their_time() -> None:
    """Not in that in which they were given."""
    delays, seen, done = Delays(), list[int](), threading.Event()
    delays.after(0.1, done.set)
    for number in (3, 1, 2):
        delays.after(number / 100, partial(seen.append, number))
    assert done.wait(30)
    assert seen == [1, 2, 3]
    delays.close()
