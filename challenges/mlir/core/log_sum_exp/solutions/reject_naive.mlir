// reject: test_large wrong_answer - exp of large numbers overflows
func.func @log_sum_exp(%x: f64, %y: f64, %z: f64) -> f64 {
  %ex = math.exp %x : f64
  %ey = math.exp %y : f64
  %ez = math.exp %z : f64
  %exy = arith.addf %ex, %ey : f64
  %sum = arith.addf %exy, %ez : f64
  %log = math.log %sum : f64
  return %log : f64
}
