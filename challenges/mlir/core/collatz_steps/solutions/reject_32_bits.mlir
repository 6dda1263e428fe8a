// reject: test_long wrong_answer - the sequence is one of i32
func.func @collatz_steps(%wide: i64) -> i64 {
  %zero = arith.constant 0 : i32
  %one = arith.constant 1 : i32
  %three = arith.constant 3 : i32
  %most = arith.constant 715827882 : i32
  %n = arith.trunci %wide : i64 to i32
  %last, %steps = scf.while (%m = %n, %count = %zero) : (i32, i32) -> (i32, i32) {
    %more = arith.cmpi sgt, %m, %one : i32
    scf.condition(%more) %m, %count : i32, i32
  } do {
  ^bb0(%m: i32, %count: i32):
    %odd = arith.trunci %m : i32 to i1
    %triple = arith.muli %m, %three : i32
    %increased = arith.addi %triple, %one : i32
    %fits = arith.cmpi sle, %m, %most : i32
    %checked = arith.select %fits, %increased, %zero : i32
    %half = arith.shrui %m, %one : i32
    %next = arith.select %odd, %checked, %half : i32
    %counted = arith.addi %count, %one : i32
    scf.yield %next, %counted : i32, i32
  }
  %minus_one = arith.constant -1 : i32
  %arrived = arith.cmpi eq, %last, %one : i32
  %found = arith.select %arrived, %steps, %minus_one : i32
  %result = arith.extsi %found : i32 to i64
  return %result : i64
}
