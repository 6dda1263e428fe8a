// reject: test_public_flights wrong_answer - full thrust below 60 m, whatever the speed
func.func @thrust(%altitude: f32, %velocity: f32) -> f32 {
  %off = arith.constant 0.0 : f32
  %full = arith.constant 6000.0 : f32
  %low = arith.constant 60.0 : f32
  %is_low = arith.cmpf olt, %altitude, %low : f32
  %thrust = arith.select %is_low, %full, %off : f32
  return %thrust : f32
}
