// reject: test_ordinary wrong_answer - the third term is only part of the largest
func.func @log_sum_exp(%x: f64, %y: f64, %z: f64) -> f64 {
  %xy = arith.maximumf %x, %y : f64
  %top = arith.maximumf %xy, %z : f64
  // NaN is not equal to itself, nor is the difference of two equal infinities.
  %difference = arith.subf %top, %top : f64
  %finite = arith.cmpf oeq, %difference, %difference : f64
  %result = scf.if %finite -> (f64) {
    %dx = arith.subf %x, %top : f64
    %dy = arith.subf %y, %top : f64
    %dz = arith.subf %z, %top : f64
    %ex = math.exp %dx : f64
    %ey = math.exp %dy : f64
    %ez = math.exp %dz : f64
    %exy = arith.addf %ex, %ey : f64
    %sum = arith.addf %exy, %ez : f64
    %log = math.log %exy : f64
    %total = arith.addf %top, %log : f64
    scf.yield %total : f64
  } else {
    scf.yield %top : f64
  }
  return %result : f64
}
