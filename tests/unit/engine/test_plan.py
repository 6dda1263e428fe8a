"""What travels between workers and engine comes out as it went in."""

from __future__ import annotations

import json
from dataclasses import asdict, fields
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from support.fake_backend import key_of, plan_of

from pytest_llmgen.engine.plan import (
    BuildOutcome,
    Failure,
    SamplePlan,
    Solution,
    outcome_from_json,
    plans_from_json,
    plans_to_json,
    solution_from_json,
    solution_to_json,
)
from pytest_llmgen.errors import Truncated
from pytest_llmgen.generation import SampleKey, fields_of
from pytest_llmgen.runs.record import Attempt
from pytest_llmgen.verdict import Verdict

TEXT = st.text(st.characters(), max_size=20)
"""Half surrogate pairs among it: JSON replies may hold them."""
NUMBER = st.floats(0, 1e9, allow_nan=False)
COUNT = st.integers(0, 2**40)

keys = st.builds(SampleKey, model=TEXT, challenge=TEXT, target=TEXT, sample=COUNT)
messages = st.lists(
    st.fixed_dictionaries({"role": st.sampled_from(["system", "user"]), "content": TEXT}),
    max_size=2,
).map(tuple)
plans = st.builds(
    SamplePlan,
    key=keys,
    tier=TEXT,
    messages=messages,
    attempts=COUNT,
    checks=st.lists(TEXT, max_size=2).map(tuple),
    solution_file=st.none() | TEXT,
    unavailable=st.none() | TEXT,
    is_error=st.booleans(),
)
failures = st.builds(Failure, verdict=st.sampled_from(Verdict), message=TEXT)
attempts = st.builds(
    Attempt,
    outcome=TEXT,
    seconds=st.none() | NUMBER,
    prompt_tokens=st.none() | COUNT,
    completion_tokens=st.none() | COUNT,
    tokens_per_s=st.none() | NUMBER,
    finish_reason=st.none() | TEXT,
    cost_usd=st.none() | NUMBER,
    retries=COUNT,
    flags=st.lists(TEXT, max_size=2).map(tuple),
    message=TEXT,
    prompt_sha256=TEXT,
)
solutions = st.builds(
    Solution,
    key=keys,
    source=st.none() | TEXT,
    failure=st.none() | failures,
    attempts=st.lists(attempts, max_size=2).map(tuple),
    folder=TEXT,
)
outcomes = st.builds(
    BuildOutcome,
    failure=st.none() | failures,
    trial=st.none() | TEXT,
    notes=st.dictionaries(TEXT, st.lists(COUNT)),
)


def _over_the_wire(data: Any) -> Any:
    return json.loads(json.dumps(data, default=fields_of))


@given(st.lists(plans, max_size=4))
def test_plans_come_out_in_order_and_whole(planned: list[SamplePlan]) -> None:
    """Also where samples of one challenge have different prompts."""
    assert plans_from_json(_over_the_wire(plans_to_json(planned))) == planned


@given(solutions)
def test_solutions_come_out_whole(solution: Solution) -> None:
    """Tuples are tuples again, verdicts are verdicts."""
    back = solution_from_json(_over_the_wire(solution_to_json(solution)))
    assert back == solution
    assert all(isinstance(attempt.flags, tuple) for attempt in back.attempts)


@given(outcomes)
def test_outcomes_come_out_whole(outcome: BuildOutcome) -> None:
    """What a builder says is what the engine hears."""
    assert outcome_from_json(_over_the_wire(asdict(outcome))) == outcome


def test_every_field_of_a_plan_travels() -> None:
    """A field that is added later must be added to the codec too."""
    sample = plans_to_json([plan_of()])["samples"][0]
    assert set(sample) - {"prompt"} | {"messages"} == {field.name for field in fields(SamplePlan)}


def test_twenty_samples_share_one_prompt() -> None:
    """A long task is sent once."""
    assert len(plans_to_json([plan_of(key_of(index)) for index in range(20)])["prompts"]) == 1


def test_failures_keep_the_verdict_and_the_words_of_an_error() -> None:
    """The verdict is that of the error's class."""
    assert Failure.of(Truncated("cut off")) == Failure(verdict=Verdict.TRUNCATED, message="cut off")
    assert Failure.of_ours("building", KeyError("x")) == Failure(
        verdict=Verdict.HARNESS_ERROR, message="building failed on our side: KeyError: 'x'"
    )
