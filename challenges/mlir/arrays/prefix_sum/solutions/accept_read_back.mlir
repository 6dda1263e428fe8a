// Each sum is made of the one before it, which is read back.
func.func @prefix_sum(%values: memref<?xi32>, %sums: memref<?xi64>) -> i64 {
  %0 = arith.constant 0 : index
  %1 = arith.constant 1 : index
  %zero = arith.constant 0 : i64
  %n = memref.dim %sums, %0 : memref<?xi64>
  %none = arith.cmpi eq, %n, %0 : index
  cf.cond_br %none, ^empty, ^some
^empty:
  return %zero : i64
^some:
  %first = memref.load %values[%0] : memref<?xi32>
  %wide_first = arith.extsi %first : i32 to i64
  memref.store %wide_first, %sums[%0] : memref<?xi64>
  scf.for %i = %1 to %n step %1 {
    %before = arith.subi %i, %1 : index
    %sum = memref.load %sums[%before] : memref<?xi64>
    %value = memref.load %values[%i] : memref<?xi32>
    %wide = arith.extsi %value : i32 to i64
    %next = arith.addi %sum, %wide : i64
    memref.store %next, %sums[%i] : memref<?xi64>
  }
  %last = arith.subi %n, %1 : index
  %total = memref.load %sums[%last] : memref<?xi64>
  return %total : i64
}
