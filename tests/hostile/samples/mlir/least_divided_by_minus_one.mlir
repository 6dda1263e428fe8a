// verdict: crashed
// says: SIGFPE
func.func @f(%m: memref<?xi64>, %x: i64) -> i64 {
  %zero = arith.constant 0 : index
  %step = arith.constant 1 : index
  %v = memref.load %m[%zero] : memref<?xi64>
  %o = arith.constant -1 : i64
  %b = arith.addi %v, %o : i64
  %l = arith.constant -9223372036854775808 : i64
  %a = arith.addi %v, %l : i64
  %r = arith.divsi %a, %b : i64
  return %r : i64
}
