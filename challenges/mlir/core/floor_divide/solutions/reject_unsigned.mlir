// reject: test_opposite_signs wrong_answer - divides as unsigned integers
func.func @floor_divide(%a: i32, %b: i32) -> (i32, i32) {
  %zero = arith.constant 0 : i32
  %by_zero = arith.cmpi eq, %b, %zero : i32
  %quotient, %remainder = scf.if %by_zero -> (i32, i32) {
    scf.yield %zero, %a : i32, i32
  } else {
    %q = arith.divui %a, %b : i32
    %r = arith.remui %a, %b : i32
    scf.yield %q, %r : i32, i32
  }
  return %quotient, %remainder : i32, i32
}
