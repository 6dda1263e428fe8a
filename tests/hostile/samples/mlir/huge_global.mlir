// verdict: build_failed, crashed, out_of_memory
memref.global @big : memref<10000000000xi64> = dense<0>
func.func @f(%m: memref<?xi64>, %x: i64) -> i64 {
  %zero = arith.constant 0 : index
  %step = arith.constant 1 : index
  %g = memref.get_global @big : memref<10000000000xi64>
  memref.store %x, %g[%zero] : memref<10000000000xi64>
  %one = arith.constant 1 : i64
  %s = arith.muli %x, %x : i64
  %r = arith.addi %s, %one : i64
  return %r : i64
}
