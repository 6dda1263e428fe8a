func.func private @from(%x: f64, %y: f64, %n: i32, %most: i32) -> (f64, i32) {
  %two = arith.constant 2.0 : f64
  %1 = arith.constant 1 : i32
  %quotient = arith.divf %x, %y : f64
  %sum = arith.addf %y, %quotient : f64
  %candidate = arith.divf %sum, %two : f64
  %less = arith.cmpf ogt, %y, %candidate : f64
  %early = arith.cmpi sgt, %most, %n : i32
  %more = arith.andi %early, %less : i1
  %root, %count = scf.if %more -> (f64, i32) {
    %m = arith.addi %n, %1 : i32
    %r, %c = func.call @from(%x, %candidate, %m, %most) : (f64, f64, i32, i32) -> (f64, i32)
    scf.yield %r, %c : f64, i32
  } else {
    scf.yield %y, %n : f64, i32
  }
  return %root, %count : f64, i32
}

func.func @newton_sqrt(%x: f64, %most: i32) -> (f64, i32) {
  %zero = arith.constant 0.0 : f64
  %one = arith.constant 1.0 : f64
  %none = arith.constant 0 : i32
  // The root that the processor computes is right for 0 and NaN, and NaN for negative numbers.
  %exact = math.sqrt %x : f64
  %positive = arith.cmpf ogt, %exact, %zero : f64
  %root, %count = scf.if %positive -> (f64, i32) {
    %first = arith.maxnumf %x, %one : f64
    %r, %c = func.call @from(%x, %first, %none, %most) : (f64, f64, i32, i32) -> (f64, i32)
    scf.yield %r, %c : f64, i32
  } else {
    scf.yield %exact, %none : f64, i32
  }
  return %root, %count : f64, i32
}
