// reject: test_public_flights wrong_answer - the engine rests between 30 m and 3 m
func.func @thrust(%altitude: f32, %velocity: f32) -> f32 {
  %weight = arith.constant 1620.0 : f32
  %gain = arith.constant 3000.0 : f32
  %slope = arith.constant -0.12 : f32
  %last = arith.constant -0.5 : f32
  %sloped = arith.mulf %slope, %altitude : f32
  %wanted = arith.addf %sloped, %last : f32
  %error = arith.subf %wanted, %velocity : f32
  %correction = arith.mulf %gain, %error : f32
  %sum = arith.addf %weight, %correction : f32
  %top = arith.constant 30.0 : f32
  %bottom = arith.constant 3.0 : f32
  %zero = arith.constant 0.0 : f32
  %below = arith.cmpf olt, %altitude, %top : f32
  %above = arith.cmpf ogt, %altitude, %bottom : f32
  %idle = arith.andi %below, %above : i1
  %thrust = arith.select %idle, %zero, %sum : f32
  return %thrust : f32
}
