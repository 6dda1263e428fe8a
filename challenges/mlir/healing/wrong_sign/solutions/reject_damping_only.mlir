// reject: test_public_flights wrong_answer - brakes without regard to the altitude: it hangs far above ground
func.func @thrust(%altitude: f32, %velocity: f32) -> f32 {
  %gain = arith.constant -1000.0 : f32
  %thrust = arith.mulf %gain, %velocity : f32
  return %thrust : f32
}
