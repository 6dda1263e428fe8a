"""Descents that the healing challenges fly: those that a task shows, and those it keeps back."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from pytest_llmgen.lander import Scenario

if TYPE_CHECKING:
    import numpy as np

PUBLIC = (
    Scenario("hover50", 50.0, 0.0),
    Scenario("drop100", 100.0, -10.0),
    Scenario("std300", 300.0, -20.0),
    Scenario("fast500", 500.0, -40.0),
    Scenario("high1000", 1000.0, -30.0),
    Scenario("heavy300", 300.0, -20.0, mass_kg=1200.0),
    Scenario("light300", 300.0, -20.0, mass_kg=850.0),
)
"""A task shows how a faulty controller flies these, and a trial flies them."""

ALTITUDES_M = (50.0, 500.0)
"""From which descents begin that are not public; and so on."""
FASTEST_M_PER_S = 30.0
FASTEST_PER_S = 0.1
"""Nor does one begin faster than this times its altitude."""
MASSES_KG = (850.0, 1150.0)

GENTLE_M_PER_S = 1.2
"""At touchdown: what is gentler than a soft landing must be."""
QUICK_S = 60.0
"""Half of the time that there is."""
THRIFTY_N_S = 125_000.0
"""Two to three times what the thriftiest landing takes, of 180,000."""


def hidden(rng: np.random.Generator, count: int = 12) -> list[Scenario]:
    """The corners of the ranges, and so many fresh descents within them."""
    corners = [
        Scenario(f"corner{number}", altitude, velocity, mass)
        for number, (altitude, velocity, mass) in enumerate(_corners(), start=1)
    ]
    return corners + [_fresh(f"fresh{number}", rng) for number in range(1, count + 1)]


def fastest_m_per_s(altitude_m: float) -> float:
    """The greatest speed at which a descent from there begins."""
    return min(FASTEST_M_PER_S, FASTEST_PER_S * altitude_m)


def _corners() -> list[tuple[float, float, float]]:
    kink = FASTEST_M_PER_S / FASTEST_PER_S
    starts = [(altitude, -fastest_m_per_s(altitude)) for altitude in (*ALTITUDES_M, kink)]
    starts += [(altitude, 0.0) for altitude in ALTITUDES_M]
    return [(altitude, velocity, mass) for altitude, velocity in starts for mass in MASSES_KG]


def _fresh(name: str, rng: np.random.Generator) -> Scenario:
    altitude = round(float(rng.uniform(*ALTITUDES_M)), 1)
    velocity = -math.floor(10 * float(rng.uniform(0, fastest_m_per_s(altitude)))) / 10
    return Scenario(name, altitude, velocity, round(float(rng.uniform(*MASSES_KG))))
