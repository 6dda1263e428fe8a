// reject: test_saturating_fresh wrong_answer - limits as an unsigned integer
func.func @add_wrapping(%a: i32, %b: i32) -> (i32, i1) {
  %wide_a = arith.extsi %a : i32 to i64
  %wide_b = arith.extsi %b : i32 to i64
  %wide = arith.addi %wide_a, %wide_b : i64
  %sum = arith.trunci %wide : i64 to i32
  %again = arith.extsi %sum : i32 to i64
  %overflow = arith.cmpi ne, %wide, %again : i64
  return %sum, %overflow : i32, i1
}

func.func @add_saturating(%a: i32, %b: i32) -> i32 {
  %low = arith.constant -2147483648 : i64
  %high = arith.constant 2147483647 : i64
  %wide_a = arith.extsi %a : i32 to i64
  %wide_b = arith.extsi %b : i32 to i64
  %wide = arith.addi %wide_a, %wide_b : i64
  %raised = arith.maxsi %wide, %low : i64
  %capped = arith.minui %raised, %high : i64
  %result = arith.trunci %capped : i64 to i32
  return %result : i32
}
