func.func @histogram(%values: memref<?xi32>, %counts: memref<?xi64>) -> i64 {
  %0 = arith.constant 0 : index
  %1 = arith.constant 1 : index
  %lowest = arith.constant 0 : i32
  %none = arith.constant 0 : i64
  %one = arith.constant 1 : i64
  %size = memref.dim %values, %0 : memref<?xi32>
  %n = memref.dim %counts, %0 : memref<?xi64>
  affine.for %k = 0 to %n {
    affine.store %none, %counts[%k] : memref<?xi64>
  }
  %limit = arith.index_cast %n : index to i32
  cf.br ^test(%0, %none : index, i64)
^test(%i: index, %rest: i64):
  %more = arith.cmpi ult, %i, %size : index
  cf.cond_br %more, ^look, ^end
^look:
  %value = memref.load %values[%i] : memref<?xi32>
  %after = arith.addi %i, %1 : index
  %outside = arith.addi %rest, %one : i64
  %negative = arith.cmpi slt, %value, %lowest : i32
  cf.cond_br %negative, ^test(%after, %outside : index, i64), ^upper
^upper:
  %large = arith.cmpi sge, %value, %limit : i32
  cf.cond_br %large, ^test(%after, %outside : index, i64), ^count
^count:
  %k = arith.index_castui %value : i32 to index
  %count = memref.load %counts[%k] : memref<?xi64>
  %next = arith.addi %count, %one : i64
  memref.store %next, %counts[%k] : memref<?xi64>
  cf.br ^test(%after, %rest : index, i64)
^end:
  return %rest : i64
}
