// reject: test_far_apart wrong_answer - shifts by x, whichever is the largest
func.func @log_sum_exp(%x: f64, %y: f64, %z: f64) -> f64 {
  // NaN is not equal to itself, nor is the difference of two equal infinities.
  %difference = arith.subf %x, %x : f64
  %finite = arith.cmpf oeq, %difference, %difference : f64
  %result = scf.if %finite -> (f64) {
    %dx = arith.subf %x, %x : f64
    %dy = arith.subf %y, %x : f64
    %dz = arith.subf %z, %x : f64
    %ex = math.exp %dx : f64
    %ey = math.exp %dy : f64
    %ez = math.exp %dz : f64
    %exy = arith.addf %ex, %ey : f64
    %sum = arith.addf %exy, %ez : f64
    %log = math.log %sum : f64
    %total = arith.addf %x, %log : f64
    scf.yield %total : f64
  } else {
    scf.yield %x : f64
  }
  return %result : f64
}
