// Triples with 128 bits, and sees from the upper half whether the product fits.
func.func private @from(%n: i64, %count: i64) -> i64 {
  %zero = arith.constant 0 : i64
  %one = arith.constant 1 : i64
  %three = arith.constant 3 : i64
  %failed = arith.constant -1 : i64
  %less = arith.cmpi slt, %n, %one : i64
  %result = scf.if %less -> (i64) {
    scf.yield %failed : i64
  } else {
    %done = arith.cmpi eq, %n, %one : i64
    %r = scf.if %done -> (i64) {
      scf.yield %count : i64
    } else {
      %counted = arith.addi %count, %one : i64
      %odd = arith.trunci %n : i64 to i1
      %half = arith.shrsi %n, %one : i64
      %product, %upper = arith.mulsi_extended %n, %three : i64
      %next = arith.addi %product, %one : i64
      %small = arith.cmpi eq, %upper, %zero : i64
      %checked = arith.select %small, %next, %failed : i64
      %following = arith.select %odd, %checked, %half : i64
      %s = func.call @from(%following, %counted) : (i64, i64) -> i64
      scf.yield %s : i64
    }
    scf.yield %r : i64
  }
  return %result : i64
}

func.func @collatz_steps(%n: i64) -> i64 {
  %zero = arith.constant 0 : i64
  %result = func.call @from(%n, %zero) : (i64, i64) -> i64
  return %result : i64
}
