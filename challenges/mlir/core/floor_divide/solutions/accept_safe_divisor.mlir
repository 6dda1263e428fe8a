// Divides in any case, by 1 where the divisor would be 0, and selects afterwards.
func.func @floor_divide(%a: i32, %b: i32) -> (i32, i32) {
  %zero = arith.constant 0 : i32
  %one = arith.constant 1 : i32
  %wide_zero = arith.constant 0 : i64
  %by_zero = arith.cmpi eq, %b, %zero : i32
  %divisor = arith.select %by_zero, %one, %b : i32
  %wide_a = arith.extsi %a : i32 to i64
  %wide_b = arith.extsi %divisor : i32 to i64
  %rest = arith.remsi %wide_a, %wide_b : i64
  %raised = arith.addi %rest, %wide_b : i64
  %positive = arith.remsi %raised, %wide_b : i64
  %multiple = arith.subi %wide_a, %positive : i64
  %exact = arith.divsi %multiple, %wide_b : i64
  %q = arith.trunci %exact : i64 to i32
  %r = arith.trunci %positive : i64 to i32
  %quotient = arith.select %by_zero, %zero, %q : i32
  %remainder = arith.select %by_zero, %a, %r : i32
  return %quotient, %remainder : i32, i32
}
