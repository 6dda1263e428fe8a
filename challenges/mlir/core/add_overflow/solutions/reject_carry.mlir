// reject: test_wrapping_ends wrong_answer - the flag is the carry of an unsigned sum
func.func @add_wrapping(%a: i32, %b: i32) -> (i32, i1) {
  %sum, %overflow = arith.addui_extended %a, %b : i32, i1
  return %sum, %overflow : i32, i1
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
