// reject: test_wrapping_sums wrong_answer - takes every sum that is less than a for overflow
func.func @add_wrapping(%a: i32, %b: i32) -> (i32, i1) {
  %zero = arith.constant 0 : i32
  %sum = arith.addi %a, %b : i32
  // It overflows where the sum moves in the direction that the sign of b does not tell.
  %negative = arith.cmpi slt, %b, %zero : i32
  %fell = arith.cmpi slt, %sum, %a : i32
  %overflow = arith.xori %negative, %fell : i1
  return %sum, %fell : i32, i1
}

func.func @add_saturating(%a: i32, %b: i32) -> i32 {
  %zero = arith.constant 0 : i32
  %low = arith.constant -2147483648 : i32
  %high = arith.constant 2147483647 : i32
  %sum, %overflow = func.call @add_wrapping(%a, %b) : (i32, i32) -> (i32, i1)
  %down = arith.cmpi slt, %b, %zero : i32
  %end = arith.select %down, %low, %high : i32
  %result = arith.select %overflow, %end, %sum : i32
  return %result : i32
}
