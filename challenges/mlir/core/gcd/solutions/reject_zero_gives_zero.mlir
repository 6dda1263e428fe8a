// reject: test_zeros wrong_answer - 0 where either is 0
func.func @gcd(%a: i64, %b: i64) -> i64 {
  %zero = arith.constant 0 : i64
  // As an unsigned integer, the absolute value of every i64 fits.
  %x = call @size(%a) : (i64) -> i64
  %y = call @size(%b) : (i64) -> i64
  %divisor, %rest = scf.while (%u = %x, %v = %y) : (i64, i64) -> (i64, i64) {
    %more = arith.cmpi ne, %v, %zero : i64
    scf.condition(%more) %u, %v : i64, i64
  } do {
  ^bb0(%u: i64, %v: i64):
    %r = arith.remui %u, %v : i64
    scf.yield %v, %r : i64, i64
  }
  %product = arith.muli %x, %y : i64
  %none = arith.cmpi eq, %product, %zero : i64
  %result = arith.select %none, %zero, %divisor : i64
  return %result : i64
}

func.func private @size(%n: i64) -> i64 {
  %zero = arith.constant 0 : i64
  %negative = arith.cmpi slt, %n, %zero : i64
  %opposite = arith.subi %zero, %n : i64
  %size = arith.select %negative, %opposite, %n : i64
  return %size : i64
}
