// reject: test_opposite_signs wrong_answer - rounds down quotients that are whole
func.func @floor_divide(%a: i32, %b: i32) -> (i32, i32) {
  %zero = arith.constant 0 : i32
  %one = arith.constant 1 : i32
  %minus_one = arith.constant -1 : i32
  %is_zero = arith.cmpi eq, %b, %zero : i32
  cf.cond_br %is_zero, ^nothing, ^else
^nothing:
  return %zero, %a : i32, i32
^else:
  %is_minus_one = arith.cmpi eq, %b, %minus_one : i32
  cf.cond_br %is_minus_one, ^negate, ^divide
^negate:
  %negated = arith.subi %zero, %a : i32
  return %negated, %zero : i32, i32
^divide:
  %towards_zero = arith.divsi %a, %b : i32
  %rest = arith.remsi %a, %b : i32
  %signs = arith.xori %a, %b : i32
  %down = arith.cmpi slt, %signs, %zero : i32
  cf.cond_br %down, ^lower, ^end(%towards_zero, %rest : i32, i32)
^lower:
  %q = arith.subi %towards_zero, %one : i32
  %r = arith.addi %rest, %b : i32
  cf.br ^end(%q, %r : i32, i32)
^end(%quotient: i32, %remainder: i32):
  return %quotient, %remainder : i32, i32
}
