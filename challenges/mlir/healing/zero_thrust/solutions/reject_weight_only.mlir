// reject: test_public_flights wrong_answer - thrust as large as the weight keeps the speed at which it falls
func.func @thrust(%altitude: f32, %velocity: f32) -> f32 {
  %weight = arith.constant 1620.0 : f32
  return %weight : f32
}
