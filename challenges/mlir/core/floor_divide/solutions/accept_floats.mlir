// The quotient of two i32 that is no whole number is farther from one than f64 rounds.
func.func @floor_divide(%a: i32, %b: i32) -> (i32, i32) {
  %zero = arith.constant 0 : i32
  %by_zero = arith.cmpi eq, %b, %zero : i32
  %quotient = scf.if %by_zero -> (i32) {
    scf.yield %zero : i32
  } else {
    %x = arith.sitofp %a : i32 to f64
    %y = arith.sitofp %b : i32 to f64
    %ratio = arith.divf %x, %y : f64
    %floor = math.floor %ratio : f64
    %wide = arith.fptosi %floor : f64 to i64
    %narrow = arith.trunci %wide : i64 to i32
    scf.yield %narrow : i32
  }
  %product = arith.muli %quotient, %b : i32
  %remainder = arith.subi %a, %product : i32
  return %quotient, %remainder : i32, i32
}
