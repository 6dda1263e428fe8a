// reject: test_without_limit wrong_answer - takes whatever differs, until candidate and y are equal
func.func @newton_sqrt(%x: f64, %most: i32) -> (f64, i32) {
  %zero = arith.constant 0.0 : f64
  %half = arith.constant 0.5 : f64
  %one = arith.constant 1.0 : f64
  %0 = arith.constant 0 : i32
  %1 = arith.constant 1 : i32
  %y, %n = scf.while (%y = %one, %n = %0) : (f64, i32) -> (f64, i32) {
    %quotient = arith.divf %x, %y : f64
    %candidate = arith.addf %y, %quotient : f64
    %next = arith.mulf %candidate, %half : f64
    %differs = arith.cmpf one, %next, %y : f64
    %early = arith.cmpi slt, %n, %most : i32
    %more = arith.andi %differs, %early : i1
    %counted = arith.addi %n, %1 : i32
    scf.condition(%more) %next, %counted : f64, i32
  } do {
  ^bb0(%y: f64, %n: i32):
    scf.yield %y, %n : f64, i32
  }
  return %y, %n : f64, i32
}
