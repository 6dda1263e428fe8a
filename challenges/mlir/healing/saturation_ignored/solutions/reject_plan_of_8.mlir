// reject: test_public_flights wrong_answer - plans to brake with 8 m/s^2, which the engine does not give
func.func @thrust(%altitude: f32, %velocity: f32) -> f32 {
  %deceleration = arith.constant 8.0 : f32
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
