// reject: test_limited wrong_answer - compares the count before it is increased
func.func @newton_sqrt(%x: f64, %most: i32) -> (f64, i32) {
  %zero = arith.constant 0.0 : f64
  %half = arith.constant 0.5 : f64
  %one = arith.constant 1.0 : f64
  %0 = arith.constant 0 : i32
  %1 = arith.constant 1 : i32
  %negative = arith.cmpf ult, %x, %zero : f64
  cf.cond_br %negative, ^invalid, ^not_negative
^invalid:
  %nan = arith.divf %zero, %zero : f64
  return %nan, %0 : f64, i32
^not_negative:
  %is_zero = arith.cmpf oeq, %x, %zero : f64
  cf.cond_br %is_zero, ^end(%x, %0 : f64, i32), ^positive
^positive:
  %first = arith.maximumf %x, %one : f64
  cf.br ^loop(%first, %0 : f64, i32)
^loop(%y: f64, %n: i32):
  %quotient = arith.divf %x, %y : f64
  %sum = arith.addf %quotient, %y : f64
  %candidate = arith.mulf %half, %sum : f64
  %counted = arith.addi %n, %1 : i32
  %less = arith.cmpf olt, %candidate, %y : f64
  cf.cond_br %less, ^limit, ^end(%y, %n : f64, i32)
^limit:
  %early = arith.cmpi sle, %n, %most : i32
  cf.cond_br %early, ^loop(%candidate, %counted : f64, i32), ^end(%y, %n : f64, i32)
^end(%root: f64, %count: i32):
  return %root, %count : f64, i32
}
