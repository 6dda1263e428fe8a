// reject: test_without_limit wrong_answer - iterates in f32
func.func @newton_sqrt(%x: f64, %most: i32) -> (f64, i32) {
  %half = arith.constant 0.5 : f32
  %one = arith.constant 1.0 : f32
  %0 = arith.constant 0 : i32
  %1 = arith.constant 1 : i32
  %s = arith.truncf %x : f64 to f32
  %first = arith.maximumf %s, %one : f32
  cf.br ^loop(%first, %0 : f32, i32)
^loop(%y: f32, %n: i32):
  %quotient = arith.divf %s, %y : f32
  %sum = arith.addf %quotient, %y : f32
  %candidate = arith.mulf %half, %sum : f32
  %counted = arith.addi %n, %1 : i32
  %less = arith.cmpf olt, %candidate, %y : f32
  cf.cond_br %less, ^loop(%candidate, %counted : f32, i32), ^end
^end:
  %root = arith.extf %y : f32 to f64
  return %root, %n : f64, i32
}
