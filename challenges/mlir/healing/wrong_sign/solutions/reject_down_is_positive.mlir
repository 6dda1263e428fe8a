// reject: test_public_flights wrong_answer - takes a velocity downwards to be positive
func.func @thrust(%altitude: f32, %velocity: f32) -> f32 {
  %gain = arith.constant 4000.0 : f32
  %slope = arith.constant 0.08 : f32
  %last = arith.constant 0.5 : f32
  %sloped = arith.mulf %slope, %altitude : f32
  %wanted = arith.addf %sloped, %last : f32
  %error = arith.subf %velocity, %wanted : f32
  %thrust = arith.mulf %gain, %error : f32
  return %thrust : f32
}
