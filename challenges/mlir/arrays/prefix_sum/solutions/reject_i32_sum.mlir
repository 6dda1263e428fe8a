// reject: test_beyond_32_bits wrong_answer - adds in 32 bits and converts the sum
func.func @prefix_sum(%values: memref<?xi32>, %sums: memref<?xi64>) -> i64 {
  %0 = arith.constant 0 : index
  %1 = arith.constant 1 : index
  %zero = arith.constant 0 : i32
  %wide_zero = arith.constant 0 : i64
  %n = memref.dim %values, %0 : memref<?xi32>
  %total, %last = scf.for %i = %0 to %n step %1 iter_args(%sum = %zero, %old = %wide_zero) -> (i32, i64) {
    %value = memref.load %values[%i] : memref<?xi32>
    %narrow = arith.addi %sum, %value : i32
    %next = arith.extsi %narrow : i32 to i64
    memref.store %next, %sums[%i] : memref<?xi64>
    scf.yield %narrow, %next : i32, i64
  }
  return %last : i64
}
