// reject: test_without_limit wrong_answer - takes all steps that it may
func.func @newton_sqrt(%x: f64, %most: i32) -> (f64, i32) {
  %half = arith.constant 0.5 : f64
  %one = arith.constant 1.0 : f64
  %0 = arith.constant 0 : i32
  %1 = arith.constant 1 : i32
  %limit = arith.constant 1000 : i32
  %n = arith.minsi %most, %limit : i32
  %first = arith.maximumf %x, %one : f64
  %root = scf.for %i = %0 to %n step %1 iter_args(%y = %first) -> (f64) : i32 {
    %quotient = arith.divf %x, %y : f64
    %sum = arith.addf %y, %quotient : f64
    %next = arith.mulf %sum, %half : f64
    scf.yield %next : f64
  }
  return %root, %n : f64, i32
}
