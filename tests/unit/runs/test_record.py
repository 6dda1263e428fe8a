"""Records come out as they went in, and what is no record is refused with its reason."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_llmgen.generation import SampleKey
from pytest_llmgen.lander import Outcome
from pytest_llmgen.runs.flight import FlightResult
from pytest_llmgen.runs.record import (
    FORMAT,
    Attempt,
    CheckResult,
    LengthError,
    Record,
    from_json,
    to_json,
)
from pytest_llmgen.verdict import Verdict

TEXT = st.text(st.characters(), max_size=20)
"""Half surrogate pairs among it: a reply's JSON may hold them."""
NUMBER = st.floats(0, 1e9, allow_nan=False)
COUNT = st.integers(0, 2**40)

records = st.builds(
    Record,
    model=TEXT,
    challenge=TEXT,
    target=TEXT,
    tier=TEXT,
    sample=COUNT,
    verdict=st.sampled_from(Verdict),
    built=st.booleans(),
    score=st.floats(0, 1),
    checks=st.lists(
        st.builds(
            CheckResult,
            name=TEXT,
            verdict=st.sampled_from(Verdict),
            graded=st.booleans(),
            message=TEXT,
            seconds=NUMBER,
            passed_with_fixup=st.none() | st.booleans(),
        ),
        max_size=2,
    ).map(tuple),
    flights=st.lists(
        st.builds(
            FlightResult,
            scenario=TEXT,
            altitude_m=NUMBER,
            velocity_m_per_s=NUMBER,
            mass_kg=NUMBER,
            outcome=st.sampled_from(Outcome),
            touchdown_m_per_s=st.none() | NUMBER,
            time_s=NUMBER,
            fuel_n_s=NUMBER,
            public=st.booleans(),
        ),
        max_size=2,
    ).map(tuple),
    attempts=st.lists(
        st.builds(
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
        ),
        max_size=2,
    ).map(tuple),
    length_error=st.none() | st.builds(LengthError, passed=COUNT, actual=COUNT),
    correct_with_fixup=st.booleans(),
    message=TEXT,
    seed=st.integers(),
    source_sha256=st.none() | TEXT,
    folder=TEXT,
)


def _record(**changes: Any) -> Record:
    values: dict[str, Any] = {
        "model": "m",
        "challenge": "wat/scalar/add",
        "target": "wat",
        "tier": "scalar",
        "sample": 2,
        "verdict": Verdict.PASSED,
        "built": True,
        "score": 1.0,
    }
    return Record(**(values | changes))


@given(records)
def test_records_come_out_as_they_went_in(record: Record) -> None:
    """Through one line of UTF-8, whatever the texts hold."""
    line = to_json(record)
    assert "\n" not in line
    assert from_json(line.encode()) == record


def test_line_stays_readable() -> None:
    """Text in other scripts is not escaped unless it must be."""
    assert "naïve 🦀" in to_json(_record(message="naïve 🦀"))
    assert r"\ud83e" in to_json(_record(message="half \ud83e"))


def test_key_and_verdict_say_what_they_should() -> None:
    """The key names the sample; only a passed sample is correct, and ours do not count."""
    assert _record().key == SampleKey(model="m", challenge="wat/scalar/add", target="wat", sample=2)
    assert [_record(verdict=verdict).correct for verdict in Verdict].count(True) == 1
    assert not _record(verdict=Verdict.BACKEND_ERROR).counts
    assert _record(verdict=Verdict.TIMED_OUT).counts


def _edited(**changes: Any) -> str:
    return json.dumps(json.loads(to_json(_record())) | changes)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("5", "expected an object, got '5'"),
        (
            _edited(format=FORMAT + 1),
            f"a record of format {FORMAT + 1}; this version reads up to {FORMAT}",
        ),
        (_edited(format=None), f"a record of format None; this version reads up to {FORMAT}"),
        (json.dumps({"format": FORMAT}), "the field 'verdict' is missing"),
        (_edited(verdict="fine"), "'fine' is not a valid Verdict"),
        (_edited(checks=5), "not a record: 'int' object is not iterable"),
        (_edited(length_error=5), "not a record: "),
        (_edited(unknown=1), "not a record: "),
        ("{", "Expecting property name"),
    ],
)
def test_what_is_no_record_is_refused_with_its_reason(line: str, message: str) -> None:
    """Always as a ValueError, so that a reader can name the file and the line."""
    with pytest.raises(ValueError) as refused:  # noqa: PT011 - the message is compared below
        from_json(line)
    assert str(refused.value).startswith(message)
