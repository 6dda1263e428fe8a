// reject: test_opposite_signs wrong_answer - divsi rounds towards zero
func.func @floor_divide(%a: i32, %b: i32) -> (i32, i32) {
  %zero = arith.constant 0 : i32
  %by_zero = arith.cmpi eq, %b, %zero : i32
  %quotient, %remainder = scf.if %by_zero -> (i32, i32) {
    scf.yield %zero, %a : i32, i32
  } else {
    // With 64 bits the least number can be divided by -1.
    %wide_a = arith.extsi %a : i32 to i64
    %wide_b = arith.extsi %b : i32 to i64
    %floor = arith.divsi %wide_a, %wide_b : i64
    %whole = arith.muli %floor, %wide_b : i64
    %rest = arith.subi %wide_a, %whole : i64
    %q = arith.trunci %floor : i64 to i32
    %r = arith.trunci %rest : i64 to i32
    scf.yield %q, %r : i32, i32
  }
  return %quotient, %remainder : i32, i32
}
