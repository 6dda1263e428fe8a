func.func @thrust(%altitude: f32, %velocity: f32) -> f32 {
  %gain = arith.constant 4000.0 : f32
  %weight = arith.constant 1700.0 : f32
  %high = arith.constant 250.0 : f32
  %middle = arith.constant 60.0 : f32
  %low = arith.constant 12.0 : f32
  %is_high = arith.cmpf ogt, %altitude, %high : f32
  %is_middle = arith.cmpf ogt, %altitude, %middle : f32
  %is_low = arith.cmpf ogt, %altitude, %low : f32
  %at_high = arith.constant -30.0 : f32
  %at_middle = arith.constant -12.0 : f32
  %at_low = arith.constant -4.0 : f32
  %at_end = arith.constant -1.0 : f32
  %end = arith.select %is_low, %at_low, %at_end : f32
  %lower = arith.select %is_middle, %at_middle, %end : f32
  %wanted = arith.select %is_high, %at_high, %lower : f32
  %error = arith.subf %wanted, %velocity : f32
  %correction = arith.mulf %gain, %error : f32
  %thrust = arith.addf %weight, %correction : f32
  return %thrust : f32
}
