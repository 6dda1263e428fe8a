"""Flights in notes and in records."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
from support.flights import HIDDEN, PUBLIC, flown

from pytest_llmgen.lander import Outcome
from pytest_llmgen.runs.flight import FlightResult, results_in, tracked_in


def test_flights_are_read_from_notes_without_their_tracks() -> None:
    """Those with a track are public."""
    notes = {"flights": flown(4000, PUBLIC[1:], keep_track=True)}
    [found] = results_in(notes)
    assert found == FlightResult(
        scenario="heavy300",
        altitude_m=300.0,
        velocity_m_per_s=-20.0,
        mass_kg=1200.0,
        outcome=Outcome.SOFT,
        touchdown_m_per_s=notes["flights"][0]["touchdown_m_per_s"],
        time_s=notes["flights"][0]["time_s"],
        fuel_n_s=notes["flights"][0]["fuel_n_s"],
        public=True,
    )
    assert [
        flight.public for flight in results_in({"flights": flown(1, HIDDEN, keep_track=False)})
    ] == [
        False,
        False,
    ]


def test_only_flights_with_a_track_are_kept_for_pictures() -> None:
    """As they were noted."""
    public = flown(600, PUBLIC, keep_track=True)
    hidden = flown(600, HIDDEN, keep_track=False)
    assert tracked_in({"flights": [*public, *hidden]}) == public
    assert tracked_in({}) == []


def test_a_flight_that_never_touched_down_has_no_speed() -> None:
    """What is not known stays so."""
    [noted] = flown(600, PUBLIC[:1], keep_track=False)
    [found] = results_in({"flights": [{**noted, "outcome": "timeout", "touchdown_m_per_s": None}]})
    assert (found.outcome, found.touchdown_m_per_s) == (Outcome.TIMEOUT, None)


@pytest.mark.parametrize(
    "change",
    [
        {"outcome": "delayed"},
        {"touchdown_m_per_s": "fast"},
        {"time_s": math.nan},
        {"fuel_n_s": None},
        {"scenario": "std300"},
        {"scenario": {}},
    ],
    ids=json.dumps,
)
def test_flights_of_another_form_are_none(change: dict[str, Any]) -> None:
    """A target of another package may note something else under the name."""
    noted = flown(600, PUBLIC, keep_track=True)
    notes = {"flights": [noted[0], {**noted[1], **change}]}
    assert results_in(notes) == ()
    assert tracked_in(notes) == []


@pytest.mark.parametrize("noted", [None, 3, "delayed", {"a": 1}, [1], [None]])
def test_what_is_no_list_of_flights_is_none(noted: object) -> None:
    """Nor does it stop a run."""
    assert results_in({"flights": noted}) == ()
    assert tracked_in({"flights": noted}) == []
