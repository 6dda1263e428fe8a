// reject: test_zero_divisor crashed - select takes a quotient that is computed in any case
func.func @floor_divide(%a: i32, %b: i32) -> (i32, i32) {
  %zero = arith.constant 0 : i32
  %by_zero = arith.cmpi eq, %b, %zero : i32
  %wide_a = arith.extsi %a : i32 to i64
  %wide_b = arith.extsi %b : i32 to i64
  %floor = arith.floordivsi %wide_a, %wide_b : i64
  %narrow = arith.trunci %floor : i64 to i32
  %quotient = arith.select %by_zero, %zero, %narrow : i32
  %product = arith.muli %quotient, %b : i32
  %remainder = arith.subi %a, %product : i32
  return %quotient, %remainder : i32, i32
}
