// verdict: out_of_memory
func.func @f(%m: memref<?xi64>, %x: i64) -> i64 {
  %zero = arith.constant 0 : index
  %step = arith.constant 1 : index
  %n = arith.constant 1000000 : index
  scf.for %i = %zero to %n step %step {
    %big = memref.alloc() : memref<100000xi64>
    %r = memref.load %big[%zero] : memref<100000xi64>
    memref.store %r, %m[%zero] : memref<?xi64>
  }
  %one = arith.constant 1 : i64
  %s = arith.muli %x, %x : i64
  %r = arith.addi %s, %one : i64
  return %r : i64
}
