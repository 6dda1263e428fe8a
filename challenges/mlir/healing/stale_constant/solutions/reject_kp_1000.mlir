// reject: test_public_flights wrong_answer - a gain of 1000 lags a little behind: landings at 2.0 to 2.7 m/s
func.func @thrust(%altitude: f32, %velocity: f32) -> f32 {
  %gain = arith.constant 1000.0 : f32
  %slope = arith.constant -0.08 : f32
  %last = arith.constant -0.5 : f32
  %sloped = arith.mulf %slope, %altitude : f32
  %wanted = arith.addf %sloped, %last : f32
  %error = arith.subf %wanted, %velocity : f32
  %thrust = arith.mulf %gain, %error : f32
  return %thrust : f32
}
