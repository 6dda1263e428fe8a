// reject: test_many_divisions timed_out - subtracts instead of dividing
func.func @gcd(%a: i64, %b: i64) -> i64 {
  %zero = arith.constant 0 : i64
  %x = math.absi %a : i64
  %y = math.absi %b : i64
  %found:2 = scf.while (%u = %x, %v = %y) : (i64, i64) -> (i64, i64) {
    %more = arith.cmpi ne, %v, %zero : i64
    scf.condition(%more) %u, %v : i64, i64
  } do {
  ^bb0(%u: i64, %v: i64):
    %large = arith.maxui %u, %v : i64
    %small = arith.minui %u, %v : i64
    %difference = arith.subi %large, %small : i64
    scf.yield %small, %difference : i64, i64
  }
  return %found#0 : i64
}
