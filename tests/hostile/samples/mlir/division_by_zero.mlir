// verdict: crashed
// says: SIGFPE
func.func @f(%m: memref<?xi64>, %x: i64) -> i64 {
  %zero = arith.constant 0 : index
  %step = arith.constant 1 : index
  %v = memref.load %m[%zero] : memref<?xi64>
  %r = arith.divsi %x, %v : i64
  return %r : i64
}
