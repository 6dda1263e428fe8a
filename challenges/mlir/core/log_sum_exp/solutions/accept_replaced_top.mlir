// Shifts by 0 where the largest number is infinite, which leaves the formula as it is.
func.func @log_sum_exp(%x: f64, %y: f64, %z: f64) -> f64 {
  %zero = arith.constant 0.0 : f64
  %infinity = arith.constant 0x7FF0000000000000 : f64
  %xy = arith.maxnumf %x, %y : f64
  %top = arith.maxnumf %xy, %z : f64
  %size = math.absf %top : f64
  %infinite = arith.cmpf oeq, %size, %infinity : f64
  %shift = arith.select %infinite, %zero, %top : f64
  %dx = arith.subf %x, %shift : f64
  %dy = arith.subf %y, %shift : f64
  %dz = arith.subf %z, %shift : f64
  %ex = math.exp %dx : f64
  %ey = math.exp %dy : f64
  %ez = math.exp %dz : f64
  %eyz = arith.addf %ey, %ez : f64
  %sum = arith.addf %ex, %eyz : f64
  %log = math.log %sum : f64
  %total = arith.addf %shift, %log : f64
  return %total : f64
}
