func.func @collatz_steps(%n: i64) -> i64 {
  %zero = arith.constant 0 : i64
  %one = arith.constant 1 : i64
  %two = arith.constant 2 : i64
  %three = arith.constant 3 : i64
  %failed = arith.constant -1 : i64
  %high = arith.constant 9223372036854775807 : i64
  %positive = arith.cmpi sgt, %n, %zero : i64
  cf.cond_br %positive, ^test(%n, %zero : i64, i64), ^end(%failed : i64)
^test(%m: i64, %count: i64):
  %done = arith.cmpi eq, %m, %one : i64
  cf.cond_br %done, ^end(%count : i64), ^step
^step:
  %counted = arith.addi %count, %one : i64
  %rest = arith.remsi %m, %two : i64
  %even = arith.cmpi eq, %rest, %zero : i64
  cf.cond_br %even, ^halve, ^triple
^halve:
  %half = arith.divsi %m, %two : i64
  cf.br ^test(%half, %counted : i64, i64)
^triple:
  %room = arith.subi %high, %one : i64
  %most = arith.divsi %room, %three : i64
  %fits = arith.cmpi sle, %m, %most : i64
  cf.cond_br %fits, ^grow, ^end(%failed : i64)
^grow:
  %tripled = arith.muli %m, %three : i64
  %next = arith.addi %tripled, %one : i64
  cf.br ^test(%next, %counted : i64, i64)
^end(%result: i64):
  return %result : i64
}
