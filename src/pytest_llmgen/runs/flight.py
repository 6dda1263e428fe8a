"""Flights of a submission, as notes tell of them and as records keep them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pytest_llmgen.lander import Outcome

if TYPE_CHECKING:
    from collections.abc import Mapping

NOTE = "flights"
"""The note of an artifact that lists them."""
TRACK = "track"
"""In a note: what is kept of flights that the task shows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FlightResult:
    """How one flight began and ended."""

    scenario: str
    altitude_m: float
    velocity_m_per_s: float
    mass_kg: float
    outcome: Outcome
    touchdown_m_per_s: float | None
    """None if it has not touched down."""
    time_s: float
    fuel_n_s: float
    public: bool
    """Whether the task shows how others fly from there."""


def results_in(notes: Mapping[str, Any]) -> tuple[FlightResult, ...]:
    """The flights that an artifact noted; none if there are none, or if they are of another form.

    A target of another package may call something else flights.
    """
    try:
        return tuple(map(_result, notes.get(NOTE, ())))
    except (AttributeError, KeyError, TypeError, ValueError):
        return ()


def tracked_in(notes: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Of the flights that an artifact noted, those that have a track, as they are."""
    return [note for note in notes[NOTE] if TRACK in note] if results_in(notes) else []


def result_from_json(data: Mapping[str, Any]) -> FlightResult:
    """What a record holds."""
    return FlightResult(**{**data, "outcome": Outcome(data["outcome"])})


def _result(note: Mapping[str, Any]) -> FlightResult:
    start = note["scenario"]
    touchdown = note["touchdown_m_per_s"]
    return FlightResult(
        scenario=str(start["name"]),
        altitude_m=_finite(start["altitude_m"]),
        velocity_m_per_s=_finite(start["velocity_m_per_s"]),
        mass_kg=_finite(start["mass_kg"]),
        outcome=Outcome(note["outcome"]),
        touchdown_m_per_s=None if touchdown is None else _finite(touchdown),
        time_s=_finite(note["time_s"]),
        fuel_n_s=_finite(note["fuel_n_s"]),
        public=TRACK in note,
    )


def _finite(value: Any) -> float:
    number = float(value)
    if not math.isfinite(number):
        raise ValueError(f"expected a finite number, got {value!r}")
    return number
