// reject: test_nan wrong_answer - comparisons with NaN are false, so that it is passed over
func.func @log_sum_exp(%x: f64, %y: f64, %z: f64) -> f64 {
  %xy = arith.maxnumf %x, %y : f64
  %top = arith.maxnumf %xy, %z : f64
  // NaN is not equal to itself, nor is the difference of two equal infinities.
  %infinity = arith.constant 0x7FF0000000000000 : f64
  %size = math.absf %top : f64
  %finite = arith.cmpf olt, %size, %infinity : f64
  %result = scf.if %finite -> (f64) {
    %dx = arith.subf %x, %top : f64
    %dy = arith.subf %y, %top : f64
    %dz = arith.subf %z, %top : f64
    %low = arith.constant -1.0e3 : f64
    %cx = arith.maxnumf %dx, %low : f64
    %cy = arith.maxnumf %dy, %low : f64
    %cz = arith.maxnumf %dz, %low : f64
    %ex = math.exp %cx : f64
    %ey = math.exp %cy : f64
    %ez = math.exp %cz : f64
    %exy = arith.addf %ex, %ey : f64
    %sum = arith.addf %exy, %ez : f64
    %log = math.log %sum : f64
    %total = arith.addf %top, %log : f64
    scf.yield %total : f64
  } else {
    scf.yield %top : f64
  }
  return %result : f64
}
