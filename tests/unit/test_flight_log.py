"""Flights in words: what went wrong, and since when."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from pytest_llmgen.descents import PUBLIC
from pytest_llmgen.flight_log import debrief, flight_table, lost_at, telemetry
from pytest_llmgen.lander import MAX_THRUST_N, STEP_S, Outcome, Scenario, fly

Controller = Callable[[float, float], float]


def proportional(kp: float, slope: float = 0.08, weight: float = 0.0) -> Controller:
    """Follow a speed that falls with the altitude."""
    return lambda altitude, velocity: weight + kp * (-(0.5 + slope * altitude) - velocity)


def off(_altitude: float, _velocity: float) -> float:
    """The fault of the seed."""
    return 0.0


def test_flights_are_listed_as_they_began_and_ended() -> None:
    """Names to the left, numbers to the right, no sign before a zero."""
    high = replace(PUBLIC[4], name="high")
    flights = [fly(off, replace(PUBLIC[0], name="low")), fly(lambda _h, v: -1000 * v, high)]
    assert flight_table(flights) == (
        "flight  altitude m  velocity m/s  mass kg  outcome  touchdown m/s  time s  impulse kN s\n"
        "low             50             0     1000    crash           12.7     7.8           0.0\n"
        "high          1000           -30     1000  timeout              -   120.0         180.0"
    )


def test_telemetry_shows_what_was_commanded_and_what_was_given() -> None:
    """Beyond the engine's limits they differ; at the end there is no command any more."""
    flight = fly(proportional(3000.0, slope=0.3), Scenario("short", 20.0, -9.0))
    assert telemetry(flight, 4) == (
        "time s  altitude m  velocity m/s  command N  thrust N\n"
        "  0.00        20.0          -9.0       7500      6000\n"
        "  1.90         8.7          -4.1       2999      2999\n"
        "  3.80         3.0          -2.2       2341      2341\n"
        "  5.70         0.0          -1.2          -         -"
    )


def test_soft_landings_need_no_words() -> None:
    """None: there is nothing to tell."""
    assert debrief([fly(proportional(4000.0), start) for start in PUBLIC]) is None


@pytest.mark.parametrize(
    ("controller", "start", "line"),
    [
        (
            off,
            PUBLIC[2],
            (
                "- std300: crash at 37.1 m/s after 10.6 s; from 7.2 s on, at 113.7 m and -31.7 "
                "m/s, no thrust could save it"
            ),
        ),
        (
            proportional(2000.0, slope=0.02),
            PUBLIC[3],
            (
                "- fast500: crash at 6.4 m/s after 90.4 s; its impulse was spent at 87.4 s; from "
                "83.4 s on, at 18.5 m and -1.7 m/s, no thrust could save it"
            ),
        ),
        (
            lambda h, v: math.nan if h < 2 else proportional(4000.0)(h, v),
            PUBLIC[0],
            "- hover50: invalid: after 20.20 s, at 2.0 m and -1.1 m/s, the command was nan",
        ),
        (
            lambda _h, v: 850 * 1.62 - 2000 * v,
            replace(PUBLIC[6], name="hangs", velocity_m_per_s=0.0),
            (
                "- hangs: timeout: after 120 s it was still at 300.0 m and 0.0 m/s; from 110.4 s "
                "on, at 300.0 m and 0.0 m/s, no thrust could save it"
            ),
        ),
    ],
    ids=["crash", "spent", "invalid", "hovering"],
)
def test_what_went_wrong_is_told(controller: Controller, start: Scenario, line: str) -> None:
    """Outcome, speed, time, and the moment from which on it was lost."""
    told = debrief([fly(controller, start), fly(proportional(4000.0), PUBLIC[0])])
    assert told is not None
    head, said, *rest = told.splitlines()
    assert head == "1 of 2 flights did not end in a soft landing:"
    assert said == line
    assert rest[:2] == ["", "All of these flights:"]
    assert len(rest) == 5


def braked(start: Scenario) -> Outcome:
    """All that the engine has, until the craft is slow; then as slow as that."""
    weight = start.mass_kg * 1.62
    return fly(lambda _h, v: MAX_THRUST_N if v < -1.0 else weight, start).outcome


@settings(max_examples=60, deadline=None)
@given(
    altitude=st.floats(20.0, 800.0),
    velocity=st.floats(-60.0, 0.0),
    mass=st.floats(850.0, 1200.0),
    kp=st.floats(100.0, 1000.0),
)
def test_the_moment_of_loss_is_where_full_thrust_stops_helping(
    altitude: float, velocity: float, mass: float, kp: float
) -> None:
    """Half a second before, braking at once lands softly; half a second after, it does not."""
    flight = fly(proportional(kp, slope=0.3), Scenario("any", altitude, velocity, mass))
    assume(flight.outcome in {Outcome.HARD, Outcome.CRASH})
    lost = lost_at(flight)
    assert lost is not None
    margin = round(0.5 / STEP_S)
    moments = list(zip(flight.altitudes_m, flight.velocities_m_per_s, strict=True))[:-1]
    if lost >= margin:
        height, speed = moments[lost - margin]
        assume(speed < 0)
        assert braked(Scenario("before", height, speed, mass)) is Outcome.SOFT
    if lost + margin < len(moments):
        height, speed = moments[lost + margin]
        assert braked(Scenario("after", height, speed, mass)) is not Outcome.SOFT


def test_who_never_slows_down_enough_is_lost_from_the_start() -> None:
    """No engine of this size stops it."""
    assert lost_at(fly(lambda _h, _v: MAX_THRUST_N, Scenario("low", 20.0, -50.0))) == 0


def test_a_craft_too_heavy_to_lift_is_lost_from_the_start() -> None:
    """It falls whatever the engine does."""
    assert lost_at(fly(off, Scenario("heavy", 50.0, 0.0, mass_kg=4000.0))) == 0


def test_soft_flights_are_not_lost() -> None:
    """Nor do they come near."""
    assert {lost_at(fly(proportional(4000.0), start)) for start in PUBLIC} == {None}
