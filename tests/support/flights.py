"""Flights for tests: known controllers, flown and noted as the target `mlir` does."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from pytest_llmgen.lander import Flight, Scenario, fly

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

PUBLIC = (Scenario("std300", 300.0, -20.0), Scenario("heavy300", 300.0, -20.0, 1200.0))
HIDDEN = (Scenario("corner1", 50.0, 0.0), Scenario("fresh1", 120.0, -8.0, 900.0))


def proportional(gain: float) -> Callable[[float, float], float]:
    """A controller that comes down hard with a gain of 600 and softly with 4000."""
    return lambda altitude, velocity: gain * (-(0.5 + 0.08 * altitude) - velocity)


def note(flight: Flight, *, keep_track: bool) -> dict[str, Any]:
    """What a target notes of a flight."""
    said = {
        "scenario": asdict(flight.scenario),
        "outcome": flight.outcome.value,
        "touchdown_m_per_s": flight.touchdown_m_per_s,
        "time_s": flight.time_s,
        "fuel_n_s": flight.fuel_n_s,
    }
    track = [[round(value, 2) for value in moment] for moment in flight.track(60)]
    return {**said, "track": track} if keep_track else said


def flown(gain: float, scenarios: Iterable[Scenario], *, keep_track: bool) -> list[dict[str, Any]]:
    """Notes of the flights of a proportional controller."""
    controller = proportional(gain)
    return [note(fly(controller, scenario), keep_track=keep_track) for scenario in scenarios]
