// reject: test_positive build_failed - scf.while has no form with a condition in its head
func.func @gcd(%a: i64, %b: i64) -> i64 {
  %zero = arith.constant 0 : i64
  %found:2 = scf.while (%b != %zero) iter_args(%u = %a, %v = %b) -> (i64, i64) {
    %r = arith.remui %u, %v : i64
    scf.yield %v, %r : i64, i64
  }
  return %found#0 : i64
}
