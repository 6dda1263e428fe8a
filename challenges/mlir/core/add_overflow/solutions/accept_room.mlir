// Looks at how much room there is before it adds; the subtractions cannot overflow.
func.func @fits(%a: i32, %b: i32) -> i1 {
  %zero = arith.constant 0 : i32
  %low = arith.constant -2147483648 : i32
  %high = arith.constant 2147483647 : i32
  %positive = arith.cmpi sgt, %b, %zero : i32
  %fits = scf.if %positive -> (i1) {
    %most = arith.subi %high, %b overflow<nsw> : i32
    %below = arith.cmpi sle, %a, %most : i32
    scf.yield %below : i1
  } else {
    %least = arith.subi %low, %b overflow<nsw> : i32
    %above = arith.cmpi sge, %a, %least : i32
    scf.yield %above : i1
  }
  return %fits : i1
}

func.func @add_wrapping(%a: i32, %b: i32) -> (i32, i1) {
  %true = arith.constant true
  %fits = func.call @fits(%a, %b) : (i32, i32) -> i1
  %overflow = arith.xori %fits, %true : i1
  %sum, %carry = arith.addui_extended %a, %b : i32, i1
  return %sum, %overflow : i32, i1
}

func.func @add_saturating(%a: i32, %b: i32) -> i32 {
  %fits = func.call @fits(%a, %b) : (i32, i32) -> i1
  cf.cond_br %fits, ^add, ^stop
^add:
  %sum = arith.addi %a, %b overflow<nsw> : i32
  return %sum : i32
^stop:
  // The sign of a, in every bit, and the highest bit inverted.
  %31 = arith.constant 31 : i32
  %high = arith.constant 2147483647 : i32
  %sign = arith.shrsi %a, %31 : i32
  %end = arith.xori %sign, %high : i32
  return %end : i32
}
