// verdict: out_of_memory
func.func @f(%m: memref<?xi64>, %x: i64) -> i64 {
  %zero = arith.constant 0 : index
  %step = arith.constant 1 : index
  %big = memref.alloc() : memref<100000000xi64>
  %r = memref.load %big[%zero] : memref<100000000xi64>
  return %r : i64
}
