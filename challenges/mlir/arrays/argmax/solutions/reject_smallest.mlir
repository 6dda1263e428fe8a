// reject: test_every_place wrong_answer - finds the smallest
func.func @argmax(%values: memref<?xf32>) -> i64 {
  %0 = arith.constant 0 : index
  %1 = arith.constant 1 : index
  %none = arith.constant -1 : i64
  %n = memref.dim %values, %0 : memref<?xf32>
  %empty = arith.cmpi eq, %n, %0 : index
  %result = scf.if %empty -> (i64) {
    scf.yield %none : i64
  } else {
    %first = memref.load %values[%0] : memref<?xf32>
    %where, %what = scf.for %i = %1 to %n step %1 iter_args(%best = %0, %top = %first) -> (index, f32) {
      %value = memref.load %values[%i] : memref<?xf32>
      // Not less, equal or unordered; a NaN to begin with gives way to anything.
      %greater = arith.cmpf olt, %value, %top : f32
      %unset = arith.cmpf uno, %top, %top : f32
      %better = arith.ori %greater, %unset : i1
      %next = arith.select %better, %i, %best : index
      %next_top = arith.select %better, %value, %top : f32
      scf.yield %next, %next_top : index, f32
    }
    %found = arith.cmpf ord, %what, %what : f32
    %signed = arith.index_cast %where : index to i64
    %index = arith.select %found, %signed, %none : i64
    scf.yield %index : i64
  }
  return %result : i64
}
