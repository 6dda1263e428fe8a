"""What it takes to build a candidate in MLIR, and to fly it.

`python -m benchmarks.mlir` prints what came of it as JSON. Every candidate is another text, built
in a child of its own; flights are timed up to the outcomes that the parent computes.
"""

from __future__ import annotations

import contextlib
import json
import statistics
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from pytest_llmgen.challenge import Challenge
from pytest_llmgen.lander import Outcome, Scenario
from pytest_llmgen.sandbox.tier import probe
from pytest_llmgen.targets.mlir import Mlir
from pytest_llmgen.targets.target import BuildSettings

CANDIDATES = 50
MOST_BUILD_MS, MOST_FLIGHTS_MS = 50.0, 50.0
"""The bars."""
SCENARIOS = (
    Scenario("hover50", 50.0, 0.0),
    Scenario("drop100", 100.0, -10.0),
    Scenario("std300", 300.0, -20.0),
    Scenario("fast500", 500.0, -40.0),
    Scenario("high1000", 1000.0, -30.0),
    Scenario("heavy300", 300.0, -20.0, 1200.0),
    Scenario("light300", 300.0, -20.0, 850.0),
)
TASK = Challenge(
    id="mlir/bench/thrust",
    folder=Path(),
    task="`func.func @thrust(%altitude: f32, %velocity: f32) -> f32`",
    targets=("mlir",),
    tier="bench",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """Medians over candidates that all land softly."""

    means: str
    """What MLIR is built with."""
    tier: str
    candidates: int
    start_ms: float
    """The first build, which starts the process that the others are forked from."""
    build_ms: float
    """Fork, confine, parse, verify, lower, compile."""
    flights_ms: float
    """Seven flights, one after another."""


def controller(gain: float) -> str:
    """A controller that lands softly with gains from 1500 to 4000."""
    return f"""\
func.func @thrust(%altitude: f32, %velocity: f32) -> f32 {{
  %gain = arith.constant {gain:e} : f32
  %slope = arith.constant -8.0e-2 : f32
  %end = arith.constant -5.0e-1 : f32
  %a = arith.mulf %slope, %altitude : f32
  %wanted = arith.addf %a, %end : f32
  %error = arith.subf %wanted, %velocity : f32
  %thrust = arith.mulf %gain, %error : f32
  return %thrust : f32
}}
"""


def measure(candidates: int = CANDIDATES) -> Measured:
    """Build candidates one after another, and fly each.

    Raises:
        RuntimeError: If one does not land softly.
    """
    target = Mlir()
    start_s, *_ = _build_and_fly(target, 1500.0)
    builds, flights = zip(
        *(_build_and_fly(target, 1500.0 + 40.0 * number) for number in range(1, candidates + 1)),
        strict=True,
    )
    return Measured(
        means=target.means,
        tier=probe(None),
        candidates=candidates,
        start_ms=1000 * start_s,
        build_ms=1000 * statistics.median(builds),
        flights_ms=1000 * statistics.median(flights),
    )


def _build_and_fly(target: Mlir, gain: float) -> tuple[float, float]:
    source = controller(gain)
    started = time.perf_counter()
    with contextlib.closing(target.build(source, TASK, BuildSettings())) as module:
        built = time.perf_counter()
        flown = module.fly("thrust", SCENARIOS)
        ended = time.perf_counter()
    if {flight.outcome for flight in flown} != {Outcome.SOFT}:
        raise RuntimeError(f"a gain of {gain:g} does not land softly: {flown}")
    return built - started, ended - built


def measured() -> dict[str, object]:
    """The figures of the results.

    Raises:
        RuntimeError: If a bar is missed.
    """
    found = measure()
    if found.build_ms > MOST_BUILD_MS or found.flights_ms > MOST_FLIGHTS_MS:
        raise RuntimeError(f"MLIR is too slow: {found}")
    return {
        "mlir_means": found.means,
        "mlir_tier": found.tier,
        "mlir_candidates": found.candidates,
        "mlir_start": f"{found.start_ms:.0f}",
        "mlir_build": f"{found.build_ms:.1f}",
        "mlir_flights": f"{found.flights_ms:.1f}",
    }


if __name__ == "__main__":
    print(json.dumps(asdict(measure())))
