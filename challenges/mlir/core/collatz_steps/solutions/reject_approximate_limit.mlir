// reject: test_at_the_end_of_the_range wrong_answer - gives up at a round number below the last that can be tripled
func.func @collatz_steps(%n: i64) -> i64 {
  %zero = arith.constant 0 : i64
  %one = arith.constant 1 : i64
  %three = arith.constant 3 : i64
  %failed = arith.constant -1 : i64
  // (2^63 - 2) / 3: three times more than this, and one, does not fit.
  %most = arith.constant 3000000000000000000 : i64
  %positive = arith.cmpi sge, %n, %one : i64
  %start = arith.select %positive, %n, %zero : i64
  // A number that is not positive any more ends the sequence: it stands for one that did not fit.
  %last, %steps = scf.while (%m = %start, %count = %zero) : (i64, i64) -> (i64, i64) {
    %more = arith.cmpi sgt, %m, %one : i64
    scf.condition(%more) %m, %count : i64, i64
  } do {
  ^bb0(%m: i64, %count: i64):
    %bit = arith.andi %m, %one : i64
    %odd = arith.cmpi eq, %bit, %one : i64
    %next = scf.if %odd -> (i64) {
      %fits = arith.cmpi sle, %m, %most : i64
      %triple = arith.muli %m, %three : i64
      %increased = arith.addi %triple, %one : i64
      %checked = arith.select %fits, %increased, %zero : i64
      scf.yield %checked : i64
    } else {
      %half = arith.shrui %m, %one : i64
      scf.yield %half : i64
    }
    %counted = arith.addi %count, %one : i64
    scf.yield %next, %counted : i64, i64
  }
  %arrived = arith.cmpi eq, %last, %one : i64
  %result = arith.select %arrived, %steps, %failed : i64
  return %result : i64
}
