"""The lander, flown with a function in MLIR as its controller."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING

import numpy as np
import pytest

from pytest_llmgen import lander
from pytest_llmgen.challenge import Limits
from pytest_llmgen.errors import Crashed, TimedOut, UsageError
from pytest_llmgen.lander import Outcome, Scenario
from pytest_llmgen.targets.distortion import Distortion

if TYPE_CHECKING:
    from support.mlir_samples import MlirSamples

THRUST = "func.func @thrust(%altitude: f32, %velocity: f32) -> f32"
SCENARIOS = [
    Scenario("drop", 100.0, -10.0),
    Scenario("heavy", 300.0, -20.0, 1200.0),
    Scenario("low", 0.01, -1.0),
]


def proportional(gain: float, kind: str = "f32") -> str:
    """The body of gain * (-(0.5 + 0.08 * altitude) - velocity)."""
    return f"""\
  %gain = arith.constant {gain:e} : {kind}
  %slope = arith.constant -8.0e-2 : {kind}
  %end = arith.constant -5.0e-1 : {kind}
  %a = arith.mulf %slope, %altitude : {kind}
  %wanted = arith.addf %a, %end : {kind}
  %error = arith.subf %wanted, %velocity : {kind}
  %thrust = arith.mulf %gain, %error : {kind}
  return %thrust : {kind}"""


def in_f32(altitude: float, velocity: float) -> float:
    """What the function computes with a gain of 1500, in NumPy."""
    f32 = np.float32
    wanted = f32(-0.08) * f32(altitude) + f32(-0.5)
    return float(f32(1500.0) * (wanted - f32(velocity)))


def test_flights_are_those_of_the_simulation(mlir: MlirSamples) -> None:
    """Command for command."""
    flights = mlir.function(THRUST, proportional(1500.0)).fly("thrust", SCENARIOS)
    assert flights == [lander.fly(in_f32, scenario) for scenario in SCENARIOS]
    assert [flight.outcome for flight in flights] == [Outcome.SOFT] * 3


@pytest.mark.parametrize(("gain", "outcome"), [(300.0, Outcome.CRASH), (600.0, Outcome.HARD)])
def test_a_weak_controller_lands_hard_or_not_at_all(
    mlir: MlirSamples, gain: float, outcome: Outcome
) -> None:
    """In doubles too."""
    declaration = THRUST.replace("f32", "f64")
    module = mlir.function(declaration, proportional(gain, "f64"))
    [flight] = module.fly("thrust", SCENARIOS[:1])
    assert flight.outcome is outcome


def test_flights_are_noted_and_their_tracks_where_asked(mlir: MlirSamples) -> None:
    """As JSON, in order, of all that were flown."""
    module = mlir.function(THRUST, proportional(1500.0))
    [flight] = module.fly("thrust", SCENARIOS[:1], keep_track=True)
    module.fly("thrust", SCENARIOS[1:])
    first, second, third = json.loads(json.dumps(module.notes))["flights"]
    track = first.pop("track")
    assert first == {
        "scenario": {
            "name": "drop",
            "altitude_m": 100.0,
            "velocity_m_per_s": -10.0,
            "mass_kg": 1000.0,
        },
        "outcome": "soft",
        "touchdown_m_per_s": flight.touchdown_m_per_s,
        "time_s": flight.time_s,
        "fuel_n_s": flight.fuel_n_s,
    }
    assert 50 <= len(track) <= 60
    assert track[0] == [0.0, 100.0, -10.0]
    assert track[-1][:2] == [round(flight.time_s, 2), 0.0]
    assert [said["scenario"]["name"] for said in (second, third)] == ["heavy", "low"]
    assert "track" not in second


def test_a_command_that_is_no_number_is_invalid(mlir: MlirSamples) -> None:
    """The square root of a falling craft's velocity."""
    module = mlir.function(THRUST, "  %r = math.sqrt %velocity : f32\n  return %r : f32")
    [flight] = module.fly("thrust", SCENARIOS[:1])
    assert flight.outcome is Outcome.INVALID
    assert math.isnan(flight.commands[-1])
    assert module.notes["flights"][0]["touchdown_m_per_s"] is None


def test_a_fault_within_a_flight_names_it(mlir: MlirSamples) -> None:
    """A crash on the way; all calls of a flight share the time of one."""
    crashing = mlir.function(
        THRUST,
        """\
  %least = arith.constant 50.0 : f32
  %fine = arith.cmpf ogt, %altitude, %least : f32
  cf.assert %fine, "too low"
  return %altitude : f32""",
    )
    with pytest.raises(Crashed, match=r"^its cf.assert failed: too low") as raised:
        crashing.fly("thrust", [Scenario("down", 60.0, -50.0)])
    assert raised.value.__notes__ == ["in the flight down of thrust"]
    spinning = mlir.function(THRUST, "  cf.br ^on\n^on:\n  cf.br ^on", limits=Limits(wall_s=0.5))
    with pytest.raises(TimedOut, match=r"^no result within 0.5 s"):
        spinning.fly("thrust", SCENARIOS)


def test_memory_of_each_step_is_free_again(mlir: MlirSamples) -> None:
    """A controller that allocates flies as long as one step has enough."""
    fill = "func.func @fill(%m: memref<?xf32>)"
    module = mlir.build(
        f"`{THRUST}` and `{fill}`",
        f"""\
{THRUST} {{
  %zero = arith.constant 0 : index
  %m = memref.alloc() : memref<100000xf32>
  memref.store %altitude, %m[%zero] : memref<100000xf32>
  func.call @keep(%m) : (memref<100000xf32>) -> ()
  return %altitude : f32
}}
func.func private @keep(%m: memref<100000xf32>) attributes {{no_inline}} {{
  return
}}
{fill} {{
  return
}}
""",
        limits=Limits(memory_bytes=1 << 20),
    )
    [flight] = module.fly("thrust", SCENARIOS[:1])
    assert len(flight.commands) > 10


def test_only_controllers_fly(mlir: MlirSamples) -> None:
    """Two floats of one width to one."""
    module = mlir.function("func.func @f(%a: f32, %b: f64) -> f32", "  return %a : f32")
    with pytest.raises(UsageError) as raised:
        module.fly("f", SCENARIOS)
    assert str(raised.value) == (
        "`func.func @f(%a: f32, %b: f64) -> f32` is no controller: (f32, f32) -> f32 or "
        "(f64, f64) -> f64"
    )


def test_a_degenerate_controller_computes_nothing(mlir: MlirSamples) -> None:
    """Zeros crash; what is not a number is invalid."""
    module = mlir.function(THRUST, proportional(1500.0))
    for kind, outcome in (
        ("zeros", Outcome.CRASH),
        ("nan", Outcome.INVALID),
        ("constant", Outcome.CRASH),
    ):
        module.distortion = Distortion(kind)
        [flight] = module.fly("thrust", SCENARIOS[:1])
        assert flight.outcome is outcome
        assert module.distortion.applied
