func.func @thrust(%altitude: f32, %velocity: f32) -> f32 {
  %weight = arith.constant 1620.0 : f32
  %gain = arith.constant 3000.0 : f32
  %switch = arith.constant 60.0 : f32
  %is_low = arith.cmpf olt, %altitude, %switch : f32
  %speed = scf.if %is_low -> (f32) {
    %slope = arith.constant 0.24 : f32
    %last = arith.constant 0.6 : f32
    %sloped = arith.mulf %slope, %altitude : f32
    %slow = arith.addf %sloped, %last : f32
    scf.yield %slow : f32
  } else {
    %slope = arith.constant 0.06 : f32
    %first = arith.constant 15.0 : f32
    %most = arith.constant 45.0 : f32
    %above = arith.subf %altitude, %switch : f32
    %sloped = arith.mulf %slope, %above : f32
    %sum = arith.addf %sloped, %first : f32
    %fast = arith.minimumf %sum, %most : f32
    scf.yield %fast : f32
  }
  %excess = arith.addf %speed, %velocity : f32
  %correction = arith.mulf %gain, %excess : f32
  %thrust = arith.subf %weight, %correction : f32
  return %thrust : f32
}
