func.func @add_wrapping(%a: i32, %b: i32) -> (i32, i1) {
  %zero = arith.constant 0 : i32
  %sum = arith.addi %a, %b : i32
  %from_a = arith.xori %sum, %a : i32
  %from_b = arith.xori %sum, %b : i32
  %both = arith.andi %from_a, %from_b : i32
  %overflow = arith.cmpi slt, %both, %zero : i32
  return %sum, %overflow : i32, i1
}

func.func @add_saturating(%a: i32, %b: i32) -> i32 {
  %zero = arith.constant 0 : i32
  %low = arith.constant -2147483648 : i32
  %high = arith.constant 2147483647 : i32
  %sum, %overflow = func.call @add_wrapping(%a, %b) : (i32, i32) -> (i32, i1)
  // A sum that overflowed has the wrong sign.
  %wrong = arith.cmpi slt, %sum, %zero : i32
  %end = arith.select %wrong, %high, %low : i32
  %result = arith.select %overflow, %end, %sum : i32
  return %result : i32
}
