// reject: test_every_size wrong_answer - keeps running sums in the values as well
func.func @prefix_sum(%values: memref<?xi32>, %sums: memref<?xi64>) -> i64 {
  %0 = arith.constant 0 : index
  %1 = arith.constant 1 : index
  %zero = arith.constant 0 : i64
  %n = memref.dim %values, %0 : memref<?xi32>
  %total = scf.for %i = %0 to %n step %1 iter_args(%sum = %zero) -> (i64) {
    %value = memref.load %values[%i] : memref<?xi32>
    %wide = arith.extsi %value : i32 to i64
    %next = arith.addi %sum, %wide : i64
    %narrow = arith.trunci %next : i64 to i32
    memref.store %narrow, %values[%i] : memref<?xi32>
    memref.store %next, %sums[%i] : memref<?xi64>
    scf.yield %next : i64
  }
  return %total : i64
}
