"""The lander: the controllers whose flights are known, and what holds for every flight."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_llmgen.lander import (
    HARD_M_PER_S,
    IMPULSE_BUDGET_N_S,
    MAX_THRUST_N,
    SOFT_M_PER_S,
    STEP_S,
    TIME_LIMIT_S,
    Outcome,
    Scenario,
    fly,
    replay,
)

STARTS = (
    Scenario("hover50", 50.0, 0.0),
    Scenario("drop100", 100.0, -10.0),
    Scenario("std300", 300.0, -20.0),
    Scenario("fast500", 500.0, -40.0),
    Scenario("high1000", 1000.0, -30.0),
    Scenario("heavy300", 300.0, -20.0, mass_kg=1200.0),
    Scenario("light300", 300.0, -20.0, mass_kg=850.0),
)


Controller = Callable[[float, float], float]


def proportional(kp: float, slope: float = 0.08) -> Controller:
    """Follow a speed that falls with the altitude."""
    return lambda altitude, velocity: kp * (-(0.5 + slope * altitude) - velocity)


CONTROLLERS: dict[str, Controller] = {
    "zero": lambda _h, _v: 0.0,
    "kp 300": proportional(300.0),
    "kp 600": proportional(600.0),
    "kp 1000": proportional(1000.0),
    "kp 1500": proportional(1500.0),
    "kp 4000": proportional(4000.0),
    "slope 0.3": proportional(2000.0, slope=0.3),
    "slope 0.02": proportional(2000.0, slope=0.02),
    "damping": lambda _h, v: -1000.0 * v,
}

TABLE = """
zero       | 12.7 C | 20.6 C | 37.1 C | 56.8 C | 64.3 C  | 37.1 C | 37.1 C
kp 300     | 6.8 C  | 8.1 C  | 9.2 C  | 9.8 C  | 9.9 C   | 11.7 C | 7.3 C
kp 600     | 3.8 H  | 3.8 H  | 3.8 H  | 3.8 H  | 3.8 H   | 4.7 H  | 3.2 H
kp 1000    | 2.3 H  | 2.3 H  | 2.3 H  | 2.3 H  | 2.3 H   | 2.7 H  | 2.0 H
kp 1500    | 1.7 S  | 1.7 S  | 1.7 S  | 1.7 S  | 1.7 S   | 1.9 S  | 1.5 S
kp 4000    | 0.9 S  | 0.9 S  | 0.9 S  | 0.9 S  | 0.9 S   | 1.0 S  | 0.9 S
slope 0.3  | 1.6 S  | 1.6 S  | 13 C   | 35 C   | 43 C    | 19 C   | 1.4 S
slope 0.02 | 1.3 S  | 1.3 S  | 1.3 S  | 6.4 C  | 17.4 C  | 1.5 S  | 1.2 S
damping    | 1.6 S  | 1.6 S  | 17.9 C | 24.8 C | timeout | 17.3 C | timeout
"""
"""Touchdown speeds in m/s by start, and soft, hard or crash.

With slope 0.02 from 1000 m it would be 17.5 if the step that empties the tank were burnt in full.
"""
LETTERS = {"S": Outcome.SOFT, "H": Outcome.HARD, "C": Outcome.CRASH}


def expectations() -> list[Any]:
    """Every cell of the table."""
    cells = []
    for line in TABLE.strip().splitlines():
        name, *row = (part.strip() for part in line.split("|"))
        for start, cell in zip(STARTS, row, strict=True):
            cells.append(pytest.param(name, start, cell, id=f"{name}, {start.name}"))
    return cells


@pytest.mark.parametrize(("name", "start", "cell"), expectations())
def test_known_controllers_fly_as_the_table_says(name: str, start: Scenario, cell: str) -> None:
    """Outcome, and the speed to as many digits as the table has."""
    flight = fly(CONTROLLERS[name], start)
    if cell == "timeout":
        assert (flight.outcome, flight.touchdown_m_per_s) == (Outcome.TIMEOUT, None)
        return
    speed, letter = cell.split()
    decimals = len(speed.partition(".")[2])
    assert flight.outcome is LETTERS[letter]
    assert f"{flight.touchdown_m_per_s:.{decimals}f}" == speed


@pytest.mark.parametrize("start", STARTS, ids=lambda start: start.name)
@pytest.mark.parametrize(
    "controller",
    [
        pytest.param(lambda _h, _v: 1620.0, id="constant hover"),
        pytest.param(lambda _h, v: 2000.0 * v, id="wrong sign"),
        pytest.param(lambda h, _v: MAX_THRUST_N if h < 60 else 0.0, id="bang-bang"),
        pytest.param(lambda _h, _v: MAX_THRUST_N, id="full thrust"),
    ],
)
def test_controllers_that_never_land_softly(controller: Controller, start: Scenario) -> None:
    """Not from any start."""
    assert fly(controller, start).outcome is not Outcome.SOFT


def test_slow_descent_runs_out_of_impulse() -> None:
    """What is missing at the ground is not thrust, but what was spent on the way."""
    flight = fly(CONTROLLERS["slope 0.02"], STARTS[3])
    assert flight.fuel_n_s == IMPULSE_BUDGET_N_S
    assert flight.thrusts_n[-1] == 0.0 < flight.commands[-1]


def test_hovering_for_ever_is_a_timeout() -> None:
    """Weight and thrust are equal: nothing moves until time is up."""
    start = Scenario("hover", 50.0, 0.0, mass_kg=900.0)
    flight = fly(lambda _h, _v: 900.0 * 1.62, start)
    assert flight.outcome is Outcome.TIMEOUT
    assert flight.time_s == TIME_LIMIT_S
    assert flight.touchdown_m_per_s is None
    assert flight.altitudes_m[-1] == pytest.approx(50.0)


@pytest.mark.parametrize("command", [math.nan, math.inf, -math.inf])
def test_a_command_that_is_not_finite_ends_the_flight(command: float) -> None:
    """At once: the engine never gets it."""
    flight = fly(lambda h, _v: command if h < 100 else 0.0, STARTS[2])
    assert flight.outcome is Outcome.INVALID
    assert flight.touchdown_m_per_s is None
    assert len(flight.thrusts_n) == len(flight.commands) - 1
    assert flight.altitudes_m[-1] < 100 <= flight.altitudes_m[-2]


@pytest.mark.parametrize(
    ("speed", "outcome"),
    [
        (SOFT_M_PER_S, Outcome.SOFT),
        (math.nextafter(SOFT_M_PER_S, 9), Outcome.HARD),
        (HARD_M_PER_S, Outcome.HARD),
        (math.nextafter(HARD_M_PER_S, 9), Outcome.CRASH),
    ],
)
def test_limits_of_a_landing_belong_to_the_better_outcome(speed: float, outcome: Outcome) -> None:
    """2 m/s is soft and 5 m/s is hard; the next number above is not."""
    start = Scenario("falling at once", 0.001, -speed)
    balanced = fly(lambda _h, _v: 1620.0, start)
    assert (balanced.touchdown_m_per_s, balanced.outcome) == (speed, outcome)


def test_one_step_is_semi_implicit() -> None:
    """The altitude moves with the new velocity."""
    flight = fly(lambda _h, _v: 3000.0, Scenario("step", 10.0, -1.0))
    assert flight.velocities_m_per_s[1] == pytest.approx(-1.0 + (3.0 - 1.62) * STEP_S)
    assert flight.altitudes_m[1] == pytest.approx(10.0 + flight.velocities_m_per_s[1] * STEP_S)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"altitude_m": 0.0}, "Scenario: altitude_m must be finite and positive, got 0.0"),
        ({"mass_kg": -1.0}, "Scenario: mass_kg must be finite and positive, got -1.0"),
        ({"velocity_m_per_s": math.nan}, "Scenario: velocity_m_per_s must be finite, got nan"),
    ],
)
def test_impossible_scenarios_are_refused(change: dict[str, Any], message: str) -> None:
    """Before anything flies."""
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        replace(STARTS[0], **change)


scenarios = st.builds(
    Scenario,
    name=st.just("any"),
    altitude_m=st.floats(0.01, 2000.0),
    velocity_m_per_s=st.floats(-100.0, 50.0),
    mass_kg=st.floats(100.0, 3000.0),
)
commands = st.lists(st.floats(), min_size=1, max_size=30)


def repeated(values: list[float]) -> Controller:
    """A controller that commands these, over and over."""
    state = {"at": -1}

    def controller(_altitude: float, _velocity: float) -> float:
        state["at"] += 1
        return values[state["at"] % len(values)]

    return controller


@settings(max_examples=60, deadline=None)
@given(scenario=scenarios, values=commands)
def test_replaying_the_commands_gives_the_same_flight(
    scenario: Scenario, values: list[float]
) -> None:
    """All of it: states, thrusts, outcome."""
    flight = fly(repeated(values), scenario)
    assert repr(replay(flight.commands, scenario)) == repr(flight)


@settings(max_examples=60, deadline=None)
@given(scenario=scenarios, values=commands)
def test_what_holds_for_every_flight(scenario: Scenario, values: list[float]) -> None:
    """The engine's limits, the budget, the time, and that the outcome is the speed's."""
    flight = fly(repeated(values), scenario)
    assert all(0.0 <= thrust <= MAX_THRUST_N for thrust in flight.thrusts_n)
    assert 0.0 <= flight.fuel_n_s <= IMPULSE_BUDGET_N_S
    assert flight.fuel_n_s == pytest.approx(sum(flight.thrusts_n) * STEP_S)
    assert flight.time_s <= TIME_LIMIT_S
    assert all(altitude > 0 for altitude in flight.altitudes_m[:-1])
    finite = all(map(math.isfinite, flight.commands))
    assert (flight.outcome is Outcome.INVALID) == (not finite)
    speed = flight.touchdown_m_per_s
    assert (speed is None) == (flight.outcome in {Outcome.TIMEOUT, Outcome.INVALID})
    if speed is not None:
        assert (flight.outcome is Outcome.SOFT) == (speed <= 2.0)
        assert (flight.outcome is Outcome.CRASH) == (speed > 5.0)


def test_replay_refuses_commands_of_another_flight() -> None:
    """Too few, or too many: what is recorded is not this flight."""
    flight = fly(CONTROLLERS["kp 1500"], STARTS[0])
    count = len(flight.commands)
    few = f"^hover50: the flight goes on after {count - 1} commands$"
    with pytest.raises(ValueError, match=few):
        replay(flight.commands[:-1], STARTS[0])
    many = f"^hover50: the flight ended after {count} of {count + 1} commands$"
    with pytest.raises(ValueError, match=many):
        replay((*flight.commands, 0.0), STARTS[0])


@settings(max_examples=40, deadline=None)
@given(scenario=scenarios, points=st.integers(2, 100))
def test_a_track_keeps_both_ends(scenario: Scenario, points: int) -> None:
    """And has the moments that it names, in order."""
    flight = fly(CONTROLLERS["kp 1500"], scenario)
    track = flight.track(points)
    assert 1 <= len(track) <= points
    assert track[0] == (0.0, scenario.altitude_m, scenario.velocity_m_per_s)
    assert track[-1] == (flight.time_s, flight.altitudes_m[-1], flight.velocities_m_per_s[-1])
    times = [time for time, _, _ in track]
    assert times == sorted(set(times))


def test_a_track_of_one_point_is_refused() -> None:
    """It could not hold both ends."""
    message = "^a track has both ends: points must be at least 2, got 1$"
    with pytest.raises(ValueError, match=message):
        fly(CONTROLLERS["zero"], STARTS[0]).track(1)
