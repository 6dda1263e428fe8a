func.func @thrust(%altitude: f32, %velocity: f32) -> f32 {
  %off = arith.constant 0.0 : f32
  %full = arith.constant 6000.0 : f32
  %twice_deceleration = arith.constant 4.0 : f32
  %margin = arith.constant 1.0 : f32
  %last = arith.constant 1.0 : f32
  %above = arith.subf %altitude, %margin : f32
  %left = arith.maximumf %above, %off : f32
  %square = arith.mulf %twice_deceleration, %left : f32
  %speed = math.sqrt %square : f32
  %allowed = arith.addf %speed, %last : f32
  %descent = arith.negf %velocity : f32
  %too_fast = arith.cmpf ogt, %descent, %allowed : f32
  %thrust = scf.if %too_fast -> (f32) {
    scf.yield %full : f32
  } else {
    scf.yield %off : f32
  }
  return %thrust : f32
}
