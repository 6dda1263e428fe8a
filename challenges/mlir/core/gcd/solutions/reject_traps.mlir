// reject: test_ends crashed - the remainder of the least number by -1 traps
func.func @gcd(%a: i64, %b: i64) -> i64 {
  %zero = arith.constant 0 : i64
  %found:2 = scf.while (%u = %a, %v = %b) : (i64, i64) -> (i64, i64) {
    %more = arith.cmpi ne, %v, %zero : i64
    scf.condition(%more) %u, %v : i64, i64
  } do {
  ^bb0(%u: i64, %v: i64):
    %r = arith.remsi %u, %v : i64
    scf.yield %v, %r : i64, i64
  }
  %size = math.absi %found#0 : i64
  return %size : i64
}
