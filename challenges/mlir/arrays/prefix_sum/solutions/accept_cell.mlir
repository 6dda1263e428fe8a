// The running sum lies in memory of its own.
func.func @prefix_sum(%values: memref<?xi32>, %sums: memref<?xi64>) -> i64 {
  %0 = arith.constant 0 : index
  %zero = arith.constant 0 : i64
  %cell = memref.alloca() : memref<i64>
  memref.store %zero, %cell[] : memref<i64>
  %n = memref.dim %values, %0 : memref<?xi32>
  affine.for %i = 0 to %n {
    %value = affine.load %values[%i] : memref<?xi32>
    %sum = affine.load %cell[] : memref<i64>
    %wide = arith.extsi %value : i32 to i64
    %next = arith.addi %wide, %sum : i64
    affine.store %next, %cell[] : memref<i64>
    affine.store %next, %sums[%i] : memref<?xi64>
  }
  %total = memref.load %cell[] : memref<i64>
  return %total : i64
}
