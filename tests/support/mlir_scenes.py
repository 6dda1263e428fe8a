"""What the scripted model answers to a healing challenge: it takes three attempts.

As a model did that was once measured on this task, it gives the same name to a truth value and to a
thrust; then its gain is too low; then the lander comes down softly.
"""

from __future__ import annotations

from support.scripted_model import Scene, always, fenced

TYPE_ERROR = """\
func.func @thrust(%altitude: f32, %velocity: f32) -> f32 {
  %fastest = arith.constant -5.0 : f32
  %off = arith.constant 0.0 : f32
  %thrust = arith.cmpf olt, %velocity, %fastest : f32
  %command = arith.select %thrust, %thrust, %off : f32
  return %command : f32
}
"""

GAIN_TOO_LOW = """\
func.func @thrust(%altitude: f32, %velocity: f32) -> f32 {
  %kp = arith.constant 600.0 : f32
  %slope = arith.constant -0.08 : f32
  %last = arith.constant -0.5 : f32
  %sloped = arith.mulf %slope, %altitude : f32
  %target = arith.addf %sloped, %last : f32
  %error = arith.subf %target, %velocity : f32
  %thrust = arith.mulf %kp, %error : f32
  return %thrust : f32
}
"""

SOFT = GAIN_TOO_LOW.replace("600.0", "4000.0")

MARKER = "a lander whose engine stays off"
"""In the task of `mlir/healing/zero_thrust`."""

MLIR_SCENES = [
    Scene(
        when=MARKER,
        turn=turn,
        branches=always(fenced(code, prose=prose, tag="mlir")),
    )
    for turn, (prose, code) in enumerate(
        [
            ("The engine never fires. A proportional controller:", TYPE_ERROR),
            ("A name can have one type only:", GAIN_TOO_LOW),
            ("The gain was too low:", SOFT),
        ]
    )
]
