// reject: test_limited wrong_answer - takes a negative limit for a large one
func.func @newton_sqrt(%x: f64, %most: i32) -> (f64, i32) {
  %zero = arith.constant 0.0 : f64
  %half = arith.constant 0.5 : f64
  %one = arith.constant 1.0 : f64
  %infinity = arith.constant 0x7FF0000000000000 : f64
  %nan = arith.constant 0x7FF8000000000000 : f64
  %none = arith.constant 0 : i32
  %step = arith.constant 1 : i32
  %is_zero = arith.cmpf oeq, %x, %zero : f64
  %is_infinite = arith.cmpf oeq, %x, %infinity : f64
  %is_itself = arith.ori %is_zero, %is_infinite : i1
  %positive = arith.cmpf ogt, %x, %zero : f64
  %fixed = arith.select %is_itself, %x, %nan : f64
  %is_finite = arith.cmpf one, %x, %infinity : f64
  %iterate = arith.andi %positive, %is_finite : i1
  %root, %count = scf.if %iterate -> (f64, i32) {
    %above = arith.cmpf ogt, %x, %one : f64
    %first = arith.select %above, %x, %one : f64
    %y, %n, %rejected = scf.while (%y = %first, %n = %none) : (f64, i32) -> (f64, i32, f64) {
      %quotient = arith.divf %x, %y : f64
      %sum = arith.addf %y, %quotient : f64
      %candidate = arith.mulf %sum, %half : f64
      %less = arith.cmpf olt, %candidate, %y : f64
      %early = arith.cmpi ult, %n, %most : i32
      %more = arith.andi %less, %early : i1
      scf.condition(%more) %y, %n, %candidate : f64, i32, f64
    } do {
    ^bb0(%y: f64, %n: i32, %candidate: f64):
      %counted = arith.addi %n, %step : i32
      scf.yield %candidate, %counted : f64, i32
    }
    scf.yield %y, %n : f64, i32
  } else {
    scf.yield %fixed, %none : f64, i32
  }
  return %root, %count : f64, i32
}
