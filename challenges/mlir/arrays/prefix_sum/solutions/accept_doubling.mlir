// Adds what stands 1, 2, 4, 8 ... places before, from the end backwards.
func.func @prefix_sum(%values: memref<?xi32>, %sums: memref<?xi64>) -> i64 {
  %0 = arith.constant 0 : index
  %1 = arith.constant 1 : index
  %zero = arith.constant 0 : i64
  %n = memref.dim %values, %0 : memref<?xi32>
  affine.for %i = 0 to %n {
    %value = affine.load %values[%i] : memref<?xi32>
    %wide = arith.extsi %value : i32 to i64
    affine.store %wide, %sums[%i] : memref<?xi64>
  }
  %end = scf.while (%apart = %1) : (index) -> index {
    %more = arith.cmpi ult, %apart, %n : index
    scf.condition(%more) %apart : index
  } do {
  ^bb0(%apart: index):
    %count = arith.subi %n, %apart : index
    scf.for %k = %0 to %count step %1 {
      %done = arith.addi %k, %1 : index
      %from = arith.subi %count, %done : index
      %to = arith.subi %n, %done : index
      %x = memref.load %sums[%from] : memref<?xi64>
      %y = memref.load %sums[%to] : memref<?xi64>
      %both = arith.addi %x, %y : i64
      memref.store %both, %sums[%to] : memref<?xi64>
    }
    %twice = arith.addi %apart, %apart : index
    scf.yield %twice : index
  }
  %some = arith.cmpi ne, %n, %0 : index
  %total = scf.if %some -> (i64) {
    %last = arith.subi %n, %1 : index
    %sum = memref.load %sums[%last] : memref<?xi64>
    scf.yield %sum : i64
  } else {
    scf.yield %zero : i64
  }
  return %total : i64
}
