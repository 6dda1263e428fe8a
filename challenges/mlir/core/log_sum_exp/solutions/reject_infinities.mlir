// reject: test_infinity wrong_answer - infinity minus infinity is NaN
func.func @log_sum_exp(%x: f64, %y: f64, %z: f64) -> f64 {
  %xy = arith.maximumf %x, %y : f64
  %top = arith.maximumf %xy, %z : f64
  %dx = arith.subf %x, %top : f64
  %dy = arith.subf %y, %top : f64
  %dz = arith.subf %z, %top : f64
  %ex = math.exp %dx : f64
  %ey = math.exp %dy : f64
  %ez = math.exp %dz : f64
  %exy = arith.addf %ex, %ey : f64
  %sum = arith.addf %exy, %ez : f64
  %log = math.log %sum : f64
  %total = arith.addf %top, %log : f64
  return %total : f64
}
