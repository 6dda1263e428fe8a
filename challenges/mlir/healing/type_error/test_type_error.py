"""Heal the controller of a lander that does not get past the verifier.

A craft comes down on the Moon on one engine. 20 times a second its computer calls

`func.func @thrust(%altitude: f32, %velocity: f32) -> f32`

with the altitude above ground in m and the velocity in m/s. Velocities are upwards, so that they are
negative in a descent. The result is the thrust in N that the engine is to give in the next 0.05 s.

- Gravity is 1.62 m/s^2. The mass is 850 kg to 1200 kg, constant in a flight, and not told.
- The engine gives 0 N to 6000 N; a command outside is limited to that. Thrust times time may add up
  to 180 kN s (180,000 N s), then the engine is off.
- In each step of 0.05 s, the velocity changes by (thrust / mass - 1.62) * 0.05, and then the altitude
  by the new velocity * 0.05. The flight ends when the altitude is 0 or below.
- A touchdown at no more than 2 m/s is soft, one at no more than 5 m/s is hard, and a faster one is a
  crash. Who has not touched down after 120 s has not landed, and a command that is infinite or no
  number ends the flight.

This is the function that was to fly:

```mlir
func.func @thrust(%altitude: f32, %velocity: f32) -> f32 {
  %gain = arith.constant 4000.0 : f32
  %slope = arith.constant -0.1 : f32
  %last = arith.constant -0.5 : f32
  %sloped = arith.mulf %slope, %altitude : f32
  %wanted = arith.addf %sloped, %last : f32
  %error = arith.subf %wanted, %velocity : f32
  %thrust = arith.mulf %gain, %error : f32
  %zero = arith.constant 0 : i32
  %is_positive = arith.cmpi sgt, %thrust, %zero : i32
  %off = arith.constant 0.0 : f32
  %limited = arith.select %is_positive, %thrust, %off : f32
  return %limited : f32
}
```

It has never flown. This is what MLIR says of it:

```text
source.mlir:10:34: error: use of value '%thrust' expects different type than prior uses: 'i32' vs 'f32'
  %is_positive = arith.cmpi sgt, %thrust, %zero : i32
                                 ^
source.mlir:8:3: note: prior use here
  %thrust = arith.mulf %gain, %error : f32
  ^
```

The public flights begin at 50 m at rest, at 100 m with -10 m/s, at 300 m with -20 m/s, at 500 m with
-40 m/s and at 1000 m with -30 m/s, each with 1000 kg; and at 300 m with -20 m/s also with 1200 kg and
with 850 kg.

Write the module with the function mended. It must land softly from all starts of the public flights,
and from others: altitudes of 50 m to 500 m, velocities from 0 to -30 m/s, at most a tenth of the
altitude per second, and masses of 850 kg to 1150 kg. Better still if each of these others
touches down at no more than 1.2 m/s, within 60 s, and with no more than 125 kN s.
"""

from typing import TYPE_CHECKING

from pytest_llmgen import MlirModule, Submission, challenge, graded
from pytest_llmgen.descents import GENTLE_M_PER_S, PUBLIC, QUICK_S, THRIFTY_N_S, hidden
from pytest_llmgen.flight_log import debrief

if TYPE_CHECKING:
    import numpy as np


def try_out(module: MlirModule) -> str | None:
    """The public flights."""
    return debrief(module.fly("thrust", PUBLIC, keep_track=True))


pytestmark = challenge(target="mlir", tier="healing", trial=try_out)


def test_public_flights(submission: Submission[MlirModule]) -> None:
    """Those of the task land softly."""
    went_wrong = try_out(submission.build())
    assert went_wrong is None, went_wrong


def test_hidden_flights(submission: Submission[MlirModule], rng: "np.random.Generator") -> None:
    """So do others: the corners of the ranges, and fresh ones."""
    went_wrong = debrief(submission.build().fly("thrust", hidden(rng)))
    assert went_wrong is None, went_wrong


@graded
def test_touchdown_speed(submission: Submission[MlirModule], rng: "np.random.Generator") -> None:
    """Every one of them is gentler than it has to be."""
    for flight in submission.build().fly("thrust", hidden(rng)):
        speed = flight.touchdown_m_per_s
        assert speed is not None, f"{flight.scenario}: {flight.outcome}"
        assert speed <= GENTLE_M_PER_S, f"{flight.scenario}: {speed:.2f} m/s at touchdown"


@graded
def test_time(submission: Submission[MlirModule], rng: "np.random.Generator") -> None:
    """None of them takes half of the time that there is."""
    for flight in submission.build().fly("thrust", hidden(rng)):
        assert flight.time_s <= QUICK_S, f"{flight.scenario}: {flight.time_s:.1f} s"


@graded
def test_impulse(submission: Submission[MlirModule], rng: "np.random.Generator") -> None:
    """None of them spends much more than it has to."""
    for flight in submission.build().fly("thrust", hidden(rng)):
        spent = flight.fuel_n_s
        assert spent <= THRIFTY_N_S, f"{flight.scenario}: {spent / 1000:.1f} kN s"
