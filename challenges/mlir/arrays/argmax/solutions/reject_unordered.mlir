// reject: test_nan wrong_answer - NaN is greater in an unordered comparison
func.func @argmax(%values: memref<?xf32>) -> i64 {
  %0 = arith.constant 0 : index
  %1 = arith.constant 1 : index
  %none = arith.constant -1 : i64
  %lowest = arith.constant 0xFF800000 : f32
  %n = memref.dim %values, %0 : memref<?xf32>
  %where, %what = scf.for %i = %0 to %n step %1 iter_args(%best = %none, %top = %lowest) -> (i64, f32) {
    %value = memref.load %values[%i] : memref<?xf32>
    %greater = arith.cmpf ugt, %value, %top : f32
    // The first number is the largest so far, -infinity too.
    %nothing = arith.cmpi eq, %best, %none : i64
    %number = arith.cmpf ord, %value, %value : f32
    %first = arith.andi %nothing, %number : i1
    %better = arith.ori %greater, %first : i1
    %here = arith.index_cast %i : index to i64
    %next = arith.select %better, %here, %best : i64
    %next_top = arith.select %better, %value, %top : f32
    scf.yield %next, %next_top : i64, f32
  }
  return %where : i64
}
