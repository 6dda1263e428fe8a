// reject: test_public_flights wrong_answer - falls to 20 m before it brakes
func.func @thrust(%altitude: f32, %velocity: f32) -> f32 {
  %gain = arith.constant -4000.0 : f32
  %late = arith.constant 20.0 : f32
  %zero = arith.constant 0.0 : f32
  %brake = arith.mulf %gain, %velocity : f32
  %is_late = arith.cmpf olt, %altitude, %late : f32
  %thrust = arith.select %is_late, %brake, %zero : f32
  return %thrust : f32
}
