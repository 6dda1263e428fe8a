// verdict: crashed
func.func @f(%m: memref<?xi64>, %x: i64) -> i64 {
  %zero = arith.constant 0 : index
  %step = arith.constant 1 : index
  %big = memref.alloca() : memref<100000000xi64>
  memref.store %x, %big[%zero] : memref<100000000xi64>
  %n = arith.index_cast %x : i64 to index
  %r = memref.load %big[%n] : memref<100000000xi64>
  return %r : i64
}
