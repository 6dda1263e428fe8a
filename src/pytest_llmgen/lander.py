"""A lander that comes down on the Moon on its engine: the simulation that controllers are flown in.

Height is the only coordinate: altitude and velocity point up, so that a descent has a negative
velocity. The controller is asked 20 times a second for a thrust. Pure arithmetic on Python's
floats: the same commands give the same flight on every machine.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Controller = Callable[[float, float], float]
    """Altitude in m and velocity in m/s to thrust in N."""

GRAVITY_M_PER_S2 = 1.62
"""At the Moon's surface (NASA, Moon Fact Sheet)."""
MAX_THRUST_N = 6000.0
"""The engine gives from 0 to this: at 1000 kg, 3.7 times the weight."""
IMPULSE_BUDGET_N_S = 180_000.0
"""Thrust times time that the tank holds; then the engine is off. 111 s of hovering at 1000 kg."""
STEP_S = 0.05
"""The controller is asked, and the state advanced, at 20 Hz."""
TIME_LIMIT_S = 120.0
"""Whoever flies for longer has not landed."""
SOFT_M_PER_S = 2.0
"""The legs take this at touchdown."""
HARD_M_PER_S = 5.0
"""Up to this the legs break, beyond it the craft."""

_STEPS = round(TIME_LIMIT_S / STEP_S)


class Outcome(StrEnum):
    """How a flight ended."""

    SOFT = "soft"
    HARD = "hard"
    CRASH = "crash"
    TIMEOUT = "timeout"
    """It had not touched down when time was up."""
    INVALID = "invalid"
    """The controller commanded a thrust that is not a finite number."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """How a flight begins.

    Args:
        name: Under which it is shown.
        altitude_m: Above ground, positive.
        velocity_m_per_s: Upwards; negative in a descent.
        mass_kg: Of the craft; what it burns does not count.
    """

    name: str
    altitude_m: float
    velocity_m_per_s: float
    mass_kg: float = 1000.0

    def __post_init__(self) -> None:
        for field in ("altitude_m", "velocity_m_per_s", "mass_kg"):
            value = getattr(self, field)
            if not math.isfinite(value) or (value <= 0 and field != "velocity_m_per_s"):
                words = "finite" if field == "velocity_m_per_s" else "finite and positive"
                raise ValueError(f"Scenario: {field} must be {words}, got {value!r}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Flight:
    """A flight as it went.

    Args:
        scenario: How it began.
        outcome: How it ended.
        touchdown_m_per_s: Speed at touchdown; None if there was none.
        time_s: How long it lasted.
        fuel_n_s: Impulse spent, at most `IMPULSE_BUDGET_N_S`.
        commands: What the controller returned at each step, in N, before the engine's limits.
        thrusts_n: What the engine gave at each step.
        altitudes_m: Before the first step and after each; 0 at touchdown.
        velocities_m_per_s: Likewise.
    """

    scenario: Scenario
    outcome: Outcome
    touchdown_m_per_s: float | None
    time_s: float
    fuel_n_s: float
    commands: tuple[float, ...]
    thrusts_n: tuple[float, ...]
    altitudes_m: tuple[float, ...]
    velocities_m_per_s: tuple[float, ...]

    def track(self, points: int) -> list[tuple[float, float, float]]:
        """Time, altitude and velocity at so many moments at most, evenly spread, both ends kept.

        Raises:
            ValueError: If there is no room for both ends.
        """
        if points < 2:
            raise ValueError(f"a track has both ends: points must be at least 2, got {points}")
        last = len(self.altitudes_m) - 1
        count = min(points - 1, last)
        steps = [i * last // count for i in range(count + 1)] if count else [0]
        return [
            (round(i * STEP_S, 9), self.altitudes_m[i], self.velocities_m_per_s[i]) for i in steps
        ]


def fly(controller: Controller, scenario: Scenario) -> Flight:
    """Fly until touchdown, the end of time, or a command that is not finite.

    The engine gives the command, limited to 0 to `MAX_THRUST_N` and to what is left of the budget.
    The state advances by semi-implicit Euler: first the velocity, then the altitude with it.

    Raises:
        Exception: What the controller raises.
    """
    altitude, velocity, spent = scenario.altitude_m, scenario.velocity_m_per_s, 0.0
    altitudes, velocities, commands, thrusts = [altitude], [velocity], [], []
    outcome, touchdown = Outcome.TIMEOUT, None
    for _ in range(_STEPS):
        command = controller(altitude, velocity)
        commands.append(command)
        if not math.isfinite(command):
            outcome = Outcome.INVALID
            break
        thrust = min(max(command, 0.0), MAX_THRUST_N, (IMPULSE_BUDGET_N_S - spent) / STEP_S)
        spent = min(spent + thrust * STEP_S, IMPULSE_BUDGET_N_S)
        velocity += (thrust / scenario.mass_kg - GRAVITY_M_PER_S2) * STEP_S
        altitude = max(altitude + velocity * STEP_S, 0.0)
        thrusts.append(thrust)
        altitudes.append(altitude)
        velocities.append(velocity)
        if altitude == 0.0:
            touchdown = abs(velocity)
            outcome = _landing(touchdown)
            break
    return Flight(
        scenario=scenario,
        outcome=outcome,
        touchdown_m_per_s=touchdown,
        time_s=round(len(thrusts) * STEP_S, 9),
        fuel_n_s=spent,
        commands=tuple(commands),
        thrusts_n=tuple(thrusts),
        altitudes_m=tuple(altitudes),
        velocities_m_per_s=tuple(velocities),
    )


def replay(commands: Sequence[float], scenario: Scenario) -> Flight:
    """Fly with recorded commands: the flight that gave them.

    Raises:
        ValueError: If the flight needs more commands, or fewer.
    """
    ahead = iter(commands)

    def recorded(_altitude: float, _velocity: float) -> float:
        command = next(ahead, None)
        if command is None:
            raise ValueError(f"{scenario.name}: the flight goes on after {len(commands)} commands")
        return command

    flight = fly(recorded, scenario)
    if len(flight.commands) != len(commands):
        raise ValueError(
            f"{scenario.name}: the flight ended after {len(flight.commands)} "
            f"of {len(commands)} commands"
        )
    return flight


def _landing(speed_m_per_s: float) -> Outcome:
    if speed_m_per_s <= SOFT_M_PER_S:
        return Outcome.SOFT
    return Outcome.HARD if speed_m_per_s <= HARD_M_PER_S else Outcome.CRASH
