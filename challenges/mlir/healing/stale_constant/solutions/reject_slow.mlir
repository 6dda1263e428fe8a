// reject: test_time wrong_answer - soft, but high descents take more than 60 s
func.func @thrust(%altitude: f32, %velocity: f32) -> f32 {
  %weight = arith.constant 1620.0 : f32
  %gain = arith.constant 3000.0 : f32
  %slope = arith.constant -0.05 : f32
  %last = arith.constant -0.5 : f32
  %sloped = arith.mulf %slope, %altitude : f32
  %wanted = arith.addf %sloped, %last : f32
  %error = arith.subf %wanted, %velocity : f32
  %correction = arith.mulf %gain, %error : f32
  %thrust = arith.addf %weight, %correction : f32
  return %thrust : f32
}
