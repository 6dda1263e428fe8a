// reject: test_zeros crashed - divides before it looks at b
func.func @gcd(%a: i64, %b: i64) -> i64 {
  %zero = arith.constant 0 : i64
  %x = math.absi %a : i64
  %y = math.absi %b : i64
  %found:2 = scf.while (%u = %x, %v = %y) : (i64, i64) -> (i64, i64) {
    %r = arith.remui %u, %v : i64
    %more = arith.cmpi ne, %r, %zero : i64
    scf.condition(%more) %v, %r : i64, i64
  } do {
  ^bb0(%v: i64, %r: i64):
    scf.yield %v, %r : i64, i64
  }
  return %found#0 : i64
}
