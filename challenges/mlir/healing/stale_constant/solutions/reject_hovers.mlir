// reject: test_public_flights wrong_answer - it stops and hovers for ever: time is up, or the impulse
func.func @thrust(%altitude: f32, %velocity: f32) -> f32 {
  %weight = arith.constant 1620.0 : f32
  %gain = arith.constant -2000.0 : f32
  %brake = arith.mulf %gain, %velocity : f32
  %thrust = arith.addf %weight, %brake : f32
  return %thrust : f32
}
