// reject: test_ends crashed - the least number is divided by -1 in 32 bits
func.func @floor_divide(%a: i32, %b: i32) -> (i32, i32) {
  %zero = arith.constant 0 : i32
  %one = arith.constant 1 : i32
  %is_zero = arith.cmpi eq, %b, %zero : i32
  cf.cond_br %is_zero, ^nothing, ^else
^nothing:
  return %zero, %a : i32, i32
^else:
  %towards_zero = arith.divsi %a, %b : i32
  %rest = arith.remsi %a, %b : i32
  %left = arith.cmpi ne, %rest, %zero : i32
  %signs = arith.xori %rest, %b : i32
  %opposite = arith.cmpi slt, %signs, %zero : i32
  %down = arith.andi %left, %opposite : i1
  cf.cond_br %down, ^lower, ^end(%towards_zero, %rest : i32, i32)
^lower:
  %q = arith.subi %towards_zero, %one : i32
  %r = arith.addi %rest, %b : i32
  cf.br ^end(%q, %r : i32, i32)
^end(%quotient: i32, %remainder: i32):
  return %quotient, %remainder : i32, i32
}
