"""What a run may spend: what counts, when no more is asked, and what becomes of the rest."""

from __future__ import annotations

import math
import threading
from typing import TYPE_CHECKING, Any

import pytest
from support.fake_backend import WAIT_S, Bench, FakeBackend, key_of, lane, plan_of, reply

from pytest_llmgen.engine.budget import Budget
from pytest_llmgen.runs.directory import RunDirectory
from pytest_llmgen.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pytest_llmgen.generation import GenerationRequest

DOLLAR = reply("right;", cost_usd=1.0, prompt_tokens=60, completion_tokens=40)
"""A reply that costs a dollar and a hundred tokens."""


def _budget(**limits: Any) -> Budget:
    return Budget({"m": lane(FakeBackend()), "n": lane(FakeBackend())}, **limits)


# What counts


def test_replies_are_counted_until_a_limit_is_reached() -> None:
    """The option that ends the asking is told as the user writes it."""
    budget = _budget(max_cost_usd=2.5, max_tokens=1000)
    for _ in range(2):
        budget.add("m", DOLLAR)
        assert budget.used_up is None
    budget.add("n", DOLLAR)
    assert (budget.spent.replies, budget.spent.cost_usd, budget.spent.tokens) == (3, 3.0, 300)
    assert budget.used_up == "--llm-max-cost=2.5"


def test_a_limit_of_tokens_counts_questions_too() -> None:
    """All that a reply took."""
    budget = _budget(max_tokens=100)
    budget.add("m", DOLLAR)
    assert budget.used_up == "--llm-max-tokens-total=100"


def test_tokens_that_a_server_does_not_count_are_estimated() -> None:
    """Else the budget could not be kept: a token is about four characters."""
    budget = _budget(max_tokens=1000)
    answer = reply("```toy\n12345\n```", reasoning="1234")
    budget.add("m", answer, ({"role": "user", "content": "12345678"},))
    assert budget.spent.tokens == 8 // 4 + (16 + 4) // 4


def test_a_price_by_tokens_takes_the_estimate() -> None:
    """A hosted model that does not count tokens is not free for that."""
    priced = lane(
        FakeBackend(), cost_usd=lambda reply: (reply.completion_tokens or 0) * 0.5 or None
    )
    budget = Budget({"m": priced}, max_cost_usd=10)
    budget.add("m", reply("```toy\n12345\n```"))
    assert budget.spent.cost_usd == 2.0


def test_solutions_and_replays_cost_nothing() -> None:
    """A replay's reply says what it cost when it was asked for."""
    budget = Budget({"m": lane(FakeBackend(), metered=False)}, max_cost_usd=1)
    budget.add("m", DOLLAR)
    assert (budget.spent.cost_usd, budget.room("m", {"m": 8})) == (0.0, math.inf)


def test_what_the_run_has_stored_counts(bench_of: Callable[..., Bench], tmp_path: Path) -> None:
    """Replies of models that are not asked now as well."""
    lanes = {name: lane(FakeBackend([DOLLAR])) for name in ("m", "other/model:7b")}
    bench_of(lanes).solve([plan_of(key_of(model=name)) for name in lanes])
    budget = _budget(max_cost_usd=2)
    budget.add_stored(RunDirectory(tmp_path / "run"))
    assert (budget.spent.replies, budget.used_up) == (2, "--llm-max-cost=2")


# How much may be in flight


def test_the_first_reply_of_a_model_is_waited_for_alone() -> None:
    """Nobody knows yet what one costs."""
    assert _budget(max_cost_usd=5).room("m", {"m": 0, "n": 7}) == 1.0


def test_no_more_is_in_flight_than_will_fit() -> None:
    """Each reply in flight is expected to cost what those of its model did on average."""
    budget = _budget(max_cost_usd=10, max_tokens=650)
    budget.add("m", DOLLAR)
    assert budget.room("m", {"m": 3, "n": 2}) == pytest.approx(5.5)
    budget.add("n", reply("right;", cost_usd=3.0, prompt_tokens=0, completion_tokens=0))
    assert budget.room("m", {"m": 0, "n": 1}) == pytest.approx(3)
    assert budget.room("n", {"m": 0, "n": 1}) == pytest.approx(2)


def test_with_nothing_left_the_queue_runs_dry() -> None:
    """Whoever is left learns at once that nothing is asked any more."""
    budget = _budget(max_cost_usd=1)
    budget.add("m", DOLLAR)
    assert budget.room("m", {"m": 0}) == math.inf


# In an engine


def test_nothing_is_asked_beyond_the_budget(bench_of: Callable[..., Bench]) -> None:
    """Of 50 samples with 16 at once, ten are asked for ten dollars; the others say why not."""
    backend, lines = FakeBackend([DOLLAR]), list[str]()
    models = {"m": lane(backend, cap=16)}
    bench = bench_of(models, budget=Budget(models, max_cost_usd=10), tell=lines.append)
    solutions = bench.solve([plan_of(key_of(index)) for index in range(50)])
    assert len(backend.requests) == 10
    assert sum(solution.built for solution in solutions) == 10
    [failure] = {solution.failure for solution in solutions if not solution.built}
    assert failure is not None
    assert failure.verdict is Verdict.INTERRUPTED
    assert failure.message == "the run was stopped: --llm-max-cost=10 is used up"
    assert all(not solution.attempts for solution in solutions if not solution.built)
    assert lines == [
        "--llm-max-cost=10 is used up: nothing more is asked; what is in flight is still judged"
    ]


def test_what_is_in_flight_at_the_end_is_judged(bench_of: Callable[..., Bench]) -> None:
    """It is paid for; and what it costs beyond the limit is no more than that."""
    meeting = threading.Barrier(3)

    def answer(request: GenerationRequest) -> Any:
        if request.key.sample in {1, 2, 3}:
            meeting.wait(WAIT_S)
            return reply("right;", cost_usd=5.0)
        return reply("right;", cost_usd=1.0)

    backend = FakeBackend(answer)
    models = {"m": lane(backend, cap=16)}
    bench = bench_of(models, budget=Budget(models, max_cost_usd=4))
    solutions = bench.solve([plan_of(key_of(index)) for index in range(9)])
    assert [solution.built for solution in solutions] == [True] * 4 + [False] * 5
    assert len(backend.requests) == 4


def test_a_repair_beyond_the_budget_keeps_what_was_paid_for(
    bench_of: Callable[..., Bench],
) -> None:
    """The sample is not judged by its first answer, which it could have mended."""
    backend = FakeBackend([reply("wrong;", cost_usd=1.0)])
    models = {"m": lane(backend)}
    bench = bench_of(models, budget=Budget(models, max_cost_usd=1))
    [solution] = bench.solve()
    assert solution.failure is not None
    assert solution.failure.verdict is Verdict.INTERRUPTED
    assert [attempt.outcome for attempt in solution.attempts] == ["build_failed"]


def test_stored_replies_are_judged_beyond_the_budget(
    bench_of: Callable[..., Bench], tmp_path: Path
) -> None:
    """A run that goes on with nothing left to spend asks nobody."""
    first = bench_of(FakeBackend([DOLLAR]))
    first.solve([plan_of(key_of(index)) for index in range(3)])
    first.close()
    backend = FakeBackend()
    models = {"m": lane(backend)}
    budget = Budget(models, max_cost_usd=3)
    budget.add_stored(RunDirectory(tmp_path / "run"))
    solutions = bench_of(models, budget=budget).solve([plan_of(key_of(i)) for i in range(5)])
    assert [solution.built for solution in solutions] == [True] * 3 + [False] * 2
    assert backend.requests == []
