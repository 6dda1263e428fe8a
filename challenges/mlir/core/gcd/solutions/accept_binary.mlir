// Without division: takes out factors of 2, and subtracts the smaller number.
func.func @gcd(%a: i64, %b: i64) -> i64 {
  %zero = arith.constant 0 : i64
  %x = math.absi %a : i64
  %y = math.absi %b : i64
  %either = arith.ori %x, %y : i64
  %a_zero = arith.cmpi eq, %x, %zero : i64
  %b_zero = arith.cmpi eq, %y, %zero : i64
  %some_zero = arith.ori %a_zero, %b_zero : i1
  %result = scf.if %some_zero -> (i64) {
    scf.yield %either : i64
  } else {
    %common = math.cttz %either : i64
    %x_twos = math.cttz %x : i64
    %odd = arith.shrui %x, %x_twos : i64
    %last:2 = scf.while (%u = %odd, %v = %y) : (i64, i64) -> (i64, i64) {
      %v_twos = math.cttz %v : i64
      %w = arith.shrui %v, %v_twos : i64
      %small = arith.minui %u, %w : i64
      %large = arith.maxui %u, %w : i64
      %difference = arith.subi %large, %small : i64
      %more = arith.cmpi ne, %difference, %zero : i64
      scf.condition(%more) %small, %difference : i64, i64
    } do {
    ^bb0(%u: i64, %v: i64):
      scf.yield %u, %v : i64, i64
    }
    %shifted = arith.shli %last#0, %common : i64
    scf.yield %shifted : i64
  }
  return %result : i64
}
