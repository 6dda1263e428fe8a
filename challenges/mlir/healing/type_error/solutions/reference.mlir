func.func @thrust(%altitude: f32, %velocity: f32) -> f32 {
  %gain = arith.constant 4000.0 : f32
  %slope = arith.constant -0.1 : f32
  %last = arith.constant -0.5 : f32
  %sloped = arith.mulf %slope, %altitude : f32
  %wanted = arith.addf %sloped, %last : f32
  %error = arith.subf %wanted, %velocity : f32
  %thrust = arith.mulf %gain, %error : f32
  %zero = arith.constant 0.0 : f32
  %is_positive = arith.cmpf ogt, %thrust, %zero : f32
  %off = arith.constant 0.0 : f32
  %limited = arith.select %is_positive, %thrust, %off : f32
  return %limited : f32
}
