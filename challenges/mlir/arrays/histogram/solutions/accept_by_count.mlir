// Looks through all values once for each count: slow, and right.
func.func @histogram(%values: memref<?xi32>, %counts: memref<?xi64>) -> i64 {
  %0 = arith.constant 0 : index
  %1 = arith.constant 1 : index
  %none = arith.constant 0 : i64
  %size = memref.dim %values, %0 : memref<?xi32>
  %n = memref.dim %counts, %0 : memref<?xi64>
  %inside = scf.for %k = %0 to %n step %1 iter_args(%sum = %none) -> (i64) {
    %wanted = arith.index_cast %k : index to i32
    %count = scf.for %i = %0 to %size step %1 iter_args(%c = %none) -> (i64) {
      %value = memref.load %values[%i] : memref<?xi32>
      %equal = arith.cmpi eq, %value, %wanted : i32
      %bit = arith.extui %equal : i1 to i64
      %next = arith.addi %c, %bit : i64
      scf.yield %next : i64
    }
    memref.store %count, %counts[%k] : memref<?xi64>
    %total = arith.addi %sum, %count : i64
    scf.yield %total : i64
  }
  %all = arith.index_cast %size : index to i64
  %result = arith.subi %all, %inside : i64
  return %result : i64
}
