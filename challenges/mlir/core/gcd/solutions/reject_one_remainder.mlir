// reject: test_positive wrong_answer - one remainder is no loop
func.func @gcd(%a: i64, %b: i64) -> i64 {
  %zero = arith.constant 0 : i64
  %x = math.absi %a : i64
  %y = math.absi %b : i64
  %none = arith.cmpi eq, %y, %zero : i64
  %result = scf.if %none -> (i64) {
    scf.yield %x : i64
  } else {
    %r = arith.remui %x, %y : i64
    %exact = arith.cmpi eq, %r, %zero : i64
    %d = arith.select %exact, %y, %r : i64
    scf.yield %d : i64
  }
  return %result : i64
}
