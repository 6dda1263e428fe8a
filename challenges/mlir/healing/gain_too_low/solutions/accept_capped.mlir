func.func @thrust(%altitude: f32, %velocity: f32) -> f32 {
  %weight = arith.constant 1620.0 : f32
  %gain = arith.constant 2500.0 : f32
  %slope = arith.constant 0.12 : f32
  %last = arith.constant 0.6 : f32
  %most = arith.constant 35.0 : f32
  %sloped = arith.mulf %altitude, %slope : f32
  %unlimited = arith.addf %sloped, %last : f32
  %speed = arith.minimumf %unlimited, %most : f32
  %sum = arith.addf %speed, %velocity : f32
  %scaled = arith.mulf %sum, %gain : f32
  %wanted = arith.subf %weight, %scaled : f32
  %zero = arith.constant 0.0 : f32
  %full = arith.constant 6000.0 : f32
  %positive = arith.maximumf %wanted, %zero : f32
  %thrust = arith.minimumf %positive, %full : f32
  return %thrust : f32
}
