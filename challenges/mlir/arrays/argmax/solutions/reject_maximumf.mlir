// reject: test_nan wrong_answer - maximumf gives NaN, which is equal to nothing
func.func @argmax(%values: memref<?xf32>) -> i64 {
  %0 = arith.constant 0 : index
  %1 = arith.constant 1 : index
  %none = arith.constant -1 : i64
  %lowest = arith.constant 0xFF800000 : f32
  %n = memref.dim %values, %0 : memref<?xf32>
  %top = scf.for %i = %0 to %n step %1 iter_args(%so_far = %lowest) -> (f32) {
    %value = memref.load %values[%i] : memref<?xf32>
    %larger = arith.maximumf %so_far, %value : f32
    scf.yield %larger : f32
  }
  %where = scf.for %i = %0 to %n step %1 iter_args(%best = %none) -> (i64) {
    %value = memref.load %values[%i] : memref<?xf32>
    %equal = arith.cmpf oeq, %value, %top : f32
    %unset = arith.cmpi eq, %best, %none : i64
    %take = arith.andi %equal, %unset : i1
    %here = arith.index_cast %i : index to i64
    %next = arith.select %take, %here, %best : i64
    scf.yield %next : i64
  }
  return %where : i64
}
