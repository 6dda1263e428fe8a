// reject: test_public_flights wrong_answer - the fault itself: the engine stays off
func.func @thrust(%altitude: f32, %velocity: f32) -> f32 {
  %off = arith.constant 0.0 : f32
  return %off : f32
}
