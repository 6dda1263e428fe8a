// Works with negative numbers only, of which there is one more.
func.func @gcd(%a: i64, %b: i64) -> i64 {
  %zero = arith.constant 0 : i64
  %minus_one = arith.constant -1 : i64
  %minus_a = arith.subi %zero, %a : i64
  %minus_b = arith.subi %zero, %b : i64
  %x = arith.minsi %a, %minus_a : i64
  %y = arith.minsi %b, %minus_b : i64
  cf.br ^test(%x, %y : i64, i64)
^test(%u: i64, %v: i64):
  %done = arith.cmpi eq, %v, %zero : i64
  cf.cond_br %done, ^end(%u : i64), ^step
^step:
  %unit = arith.cmpi eq, %v, %minus_one : i64
  cf.cond_br %unit, ^end(%minus_one : i64), ^divide
^divide:
  %r = arith.remsi %u, %v : i64
  cf.br ^test(%v, %r : i64, i64)
^end(%found: i64):
  %divisor = arith.subi %zero, %found : i64
  return %divisor : i64
}
