"""Heal the controller of a lander that asks its engine for more than it has.

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

This is the function that flies now:

```mlir
func.func @thrust(%altitude: f32, %velocity: f32) -> f32 {
  %deceleration = arith.constant 10.0 : f32
  %gain = arith.constant 3000.0 : f32
  %last = arith.constant 0.5 : f32
  %two = arith.constant 2.0 : f32
  %twice = arith.mulf %two, %altitude : f32
  %square = arith.mulf %deceleration, %twice : f32
  %speed = math.sqrt %square : f32
  %fastest = arith.addf %speed, %last : f32
  %excess = arith.addf %fastest, %velocity : f32
  %correction = arith.mulf %gain, %excess : f32
  %thrust = arith.negf %correction : f32
  return %thrust : f32
}
```

These are its flights:

```text
flight    altitude m  velocity m/s  mass kg  outcome  touchdown m/s  time s  impulse kN s
hover50           50             0     1000    crash            9.9     7.9           2.9
drop100          100           -10     1000    crash           15.5     6.7           5.3
std300           300           -20     1000    crash           26.8    10.8          10.7
fast500          500           -40     1000    crash           40.7    10.8          16.7
high1000        1000           -30     1000    crash           45.8    21.7          19.3
heavy300         300           -20     1200    crash           28.7    10.8          10.4
light300         300           -20      850    crash           24.7    10.8          11.0
```

And this is the flight fast500, moment by moment, with the thrust that was commanded and the thrust
that the engine gave from then on:

```text
time s  altitude m  velocity m/s  command N  thrust N
  0.00       500.0         -40.0    -181500         0
  1.15       452.9         -41.9    -161426         0
  2.35       401.4         -43.8    -138887         0
  3.55       347.6         -45.8    -114400         0
  4.75       291.5         -47.7     -87491         0
  5.95       233.1         -49.6     -57412         0
  7.15       172.3         -51.6     -22860         0
  8.35       109.7         -51.2      11571      6000
  9.55        51.6         -45.9      39996      6000
 10.75         0.0         -40.7          -         -
```

Write the module with the function mended. It must land softly from all starts of these flights,
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
