// reject: test_what_counts_held wrong_answer - adds to what the counts held
func.func @histogram(%values: memref<?xi32>, %counts: memref<?xi64>) -> i64 {
  %0 = arith.constant 0 : index
  %1 = arith.constant 1 : index
  %none = arith.constant 0 : i64
  %one = arith.constant 1 : i64
  %size = memref.dim %values, %0 : memref<?xi32>
  %n = memref.dim %counts, %0 : memref<?xi64>
  %result = scf.for %i = %0 to %size step %1 iter_args(%rest = %none) -> (i64) {
    %value = memref.load %values[%i] : memref<?xi32>
    // Sign-extended, so that a negative value is a huge unsigned index.
    %k = arith.index_cast %value : i32 to index
    %inside = arith.cmpi ult, %k, %n : index
    %next = scf.if %inside -> (i64) {
      %count = memref.load %counts[%k] : memref<?xi64>
      %more = arith.addi %count, %one : i64
      memref.store %more, %counts[%k] : memref<?xi64>
      scf.yield %rest : i64
    } else {
      %outside = arith.addi %rest, %one : i64
      scf.yield %outside : i64
    }
    scf.yield %next : i64
  }
  return %result : i64
}
