// reject: test_same_signs wrong_answer - the remainder is never negative
func.func @floor_divide(%a: i32, %b: i32) -> (i32, i32) {
  %zero = arith.constant 0 : i32
  %by_zero = arith.cmpi eq, %b, %zero : i32
  %quotient, %remainder = scf.if %by_zero -> (i32, i32) {
    scf.yield %zero, %a : i32, i32
  } else {
    %wide_a = arith.extsi %a : i32 to i64
    %wide_b = arith.extsi %b : i32 to i64
    %wide_zero = arith.constant 0 : i64
    %rest = arith.remsi %wide_a, %wide_b : i64
    %negative = arith.cmpi slt, %rest, %wide_zero : i64
    %size = math.absi %wide_b : i64
    %raised = arith.addi %rest, %size : i64
    %least = arith.select %negative, %raised, %rest : i64
    %multiple = arith.subi %wide_a, %least : i64
    %exact = arith.divsi %multiple, %wide_b : i64
    %q = arith.trunci %exact : i64 to i32
    %r = arith.trunci %least : i64 to i32
    scf.yield %q, %r : i32, i32
  }
  return %quotient, %remainder : i32, i32
}
