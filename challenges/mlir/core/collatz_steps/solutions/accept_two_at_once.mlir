// After an odd number comes an even one: both steps are done at once.
func.func @collatz_steps(%n: i64) -> i64 {
  %0 = arith.constant 0 : i64
  %1 = arith.constant 1 : i64
  %2 = arith.constant 2 : i64
  %failed = arith.constant -1 : i64
  %most = arith.constant 3074457345618258601 : i64
  %last:2 = scf.while (%m = %n, %count = %0) : (i64, i64) -> (i64, i64) {
    %above = arith.cmpi sgt, %m, %1 : i64
    %odd = arith.trunci %m : i64 to i1
    %over = arith.cmpi ugt, %m, %most : i64
    %stuck = arith.andi %odd, %over : i1
    %stays = arith.constant false
    %goes_on = arith.select %stuck, %stays, %above : i1
    scf.condition(%goes_on) %m, %count : i64, i64
  } do {
  ^bb0(%m: i64, %count: i64):
    %odd = arith.trunci %m : i64 to i1
    %half = arith.shrui %m, %1 : i64
    %upper_half = arith.addi %half, %1 : i64
    %tripled = arith.addi %m, %upper_half : i64
    %next = arith.select %odd, %tripled, %half : i64
    %took = arith.select %odd, %2, %1 : i64
    %counted = arith.addi %count, %took : i64
    scf.yield %next, %counted : i64, i64
  }
  %arrived = arith.cmpi eq, %last#0, %1 : i64
  %result = arith.select %arrived, %last#1, %failed : i64
  return %result : i64
}
