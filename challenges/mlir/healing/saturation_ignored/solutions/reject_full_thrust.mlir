// reject: test_public_flights wrong_answer - full thrust all the time: it flies away until its impulse is spent
func.func @thrust(%altitude: f32, %velocity: f32) -> f32 {
  %all = arith.constant 6000.0 : f32
  return %all : f32
}
