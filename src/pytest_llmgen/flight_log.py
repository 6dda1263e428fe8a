"""Flights in words and tables, as a person or a model reads them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from pytest_llmgen.lander import (
    GRAVITY_M_PER_S2,
    IMPULSE_BUDGET_N_S,
    MAX_THRUST_N,
    SOFT_M_PER_S,
    STEP_S,
    Flight,
    Outcome,
)

if TYPE_CHECKING:
    from collections.abc import Sequence


def flight_table(flights: Sequence[Flight]) -> str:
    """One line for each flight: how it began and how it ended."""
    header = (
        "flight",
        "altitude m",
        "velocity m/s",
        "mass kg",
        "outcome",
        "touchdown m/s",
        "time s",
        "impulse kN s",
    )
    return _table(header, [_summary(flight) for flight in flights])


def telemetry(flight: Flight, points: int = 10) -> str:
    """A flight, moment by moment: its state, and what was commanded and given from then on."""
    header = ("time s", "altitude m", "velocity m/s", "command N", "thrust N")
    rows = []
    for time_s, altitude_m, velocity_m_per_s in flight.track(points):
        step = round(time_s / STEP_S)
        command = flight.commands[step : step + 1]
        thrust = flight.thrusts_n[step : step + 1]
        rows.append(
            (
                _number(time_s, 2),
                _number(altitude_m),
                _number(velocity_m_per_s),
                _number(command[0], 0) if command else "-",
                _number(thrust[0], 0) if thrust else "-",
            )
        )
    return _table(header, rows)


def debrief(flights: Sequence[Flight]) -> str | None:
    """What went wrong, flight by flight, and when; None if all have landed softly."""
    failed = [flight for flight in flights if flight.outcome is not Outcome.SOFT]
    if not failed:
        return None
    lines = (f"- {flight.scenario.name}: {_end(flight)}" for flight in failed)
    return (
        f"{len(failed)} of {len(flights)} flights did not end in a soft landing:\n"
        + "\n".join(lines)
        + f"\n\nAll of these flights:\n{flight_table(flights)}"
    )


def lost_at(flight: Flight) -> int | None:
    """From which step on not even the best use of the engine could give a soft landing.

    Steps count from 0. None if that could be until the end of the flight.
    """
    spent, left = 0.0, [IMPULSE_BUDGET_N_S]
    for thrust in flight.thrusts_n:
        spent += thrust * STEP_S
        left.append(max(IMPULSE_BUDGET_N_S - spent, 0.0))
    states = list(zip(flight.altitudes_m, flight.velocities_m_per_s, left, strict=True))
    first = len(states)
    while first and not _can_land(*states[first - 1], flight.scenario.mass_kg):
        first -= 1
    return None if first == len(states) else first


def _can_land(altitude_m: float, velocity_m_per_s: float, left_n_s: float, mass_kg: float) -> bool:
    """Whether falling freely and then braking with all that the engine has is enough.

    No other way of braking needs less altitude or less impulse.
    """
    braking = MAX_THRUST_N / mass_kg - GRAVITY_M_PER_S2
    energy = velocity_m_per_s**2 + 2 * GRAVITY_M_PER_S2 * altitude_m - SOFT_M_PER_S**2
    if energy <= 0:
        return True
    if braking <= 0:
        return False
    brake_below_m = energy / (2 * (braking + GRAVITY_M_PER_S2))
    if velocity_m_per_s < 0 and brake_below_m > altitude_m:
        return False
    speed = math.sqrt(2 * braking * brake_below_m + SOFT_M_PER_S**2)
    return MAX_THRUST_N * (speed - SOFT_M_PER_S) / braking <= left_n_s


def _end(flight: Flight) -> str:
    """How a flight ended that was no soft landing."""
    altitude, velocity = flight.altitudes_m[-1], flight.velocities_m_per_s[-1]
    if flight.outcome is Outcome.INVALID:
        return (
            f"invalid: after {flight.time_s:.2f} s, at {_state(altitude, velocity)}, the command "
            f"was {flight.commands[-1]}"
        )
    if flight.touchdown_m_per_s is None:
        end = f"timeout: after {flight.time_s:.0f} s it was still at {_state(altitude, velocity)}"
    else:
        end = f"{flight.outcome} at {flight.touchdown_m_per_s:.1f} m/s after {flight.time_s:.1f} s"
    if IMPULSE_BUDGET_N_S - flight.fuel_n_s < 1:
        empty = next(i for i in range(len(flight.thrusts_n), 0, -1) if flight.thrusts_n[i - 1])
        end += f"; its impulse was spent at {empty * STEP_S:.1f} s"
    lost = lost_at(flight)
    if lost is not None:
        state = _state(flight.altitudes_m[lost], flight.velocities_m_per_s[lost])
        end += f"; from {lost * STEP_S:.1f} s on, at {state}, no thrust could save it"
    return end


def _state(altitude_m: float, velocity_m_per_s: float) -> str:
    return f"{_number(altitude_m)} m and {_number(velocity_m_per_s)} m/s"


def _summary(flight: Flight) -> tuple[str, ...]:
    start, speed = flight.scenario, flight.touchdown_m_per_s
    return (
        start.name,
        f"{start.altitude_m:g}",
        f"{start.velocity_m_per_s:g}",
        f"{start.mass_kg:g}",
        flight.outcome,
        "-" if speed is None else _number(speed),
        _number(flight.time_s),
        _number(flight.fuel_n_s / 1000),
    )


def _number(value: float, decimals: int = 1) -> str:
    """Without a sign before a zero."""
    return f"{value:z.{decimals}f}"


def _table(header: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    """Columns aligned to the right; names to the left."""
    lines = [header, *rows]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    named = header[0] == "flight"
    return "\n".join(
        "  ".join(
            cell.ljust(width) if named and not number else cell.rjust(width)
            for number, (cell, width) in enumerate(zip(line, widths, strict=True))
        )
        for line in lines
    )
