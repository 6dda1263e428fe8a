// reject: test_far_apart wrong_answer - limits the numbers to where exp does not overflow
func.func @log_sum_exp(%x: f64, %y: f64, %z: f64) -> f64 {
  %high = arith.constant 7.0e2 : f64
  %cx = arith.minimumf %x, %high : f64
  %cy = arith.minimumf %y, %high : f64
  %cz = arith.minimumf %z, %high : f64
  %ex = math.exp %cx : f64
  %ey = math.exp %cy : f64
  %ez = math.exp %cz : f64
  %exy = arith.addf %ex, %ey : f64
  %sum = arith.addf %exy, %ez : f64
  %log = math.log %sum : f64
  return %log : f64
}
