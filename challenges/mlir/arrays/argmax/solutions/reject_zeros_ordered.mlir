// reject: test_ties wrong_answer - maximumf takes +0 for greater than -0, and bits are compared
func.func @argmax(%values: memref<?xf32>) -> i64 {
  %0 = arith.constant 0 : index
  %1 = arith.constant 1 : index
  %none = arith.constant -1 : i64
  %nan = arith.constant 0x7FC00000 : f32
  %n = memref.dim %values, %0 : memref<?xf32>
  %top = scf.for %i = %0 to %n step %1 iter_args(%so_far = %nan) -> (f32) {
    %value = memref.load %values[%i] : memref<?xf32>
    %unset = arith.cmpf uno, %so_far, %so_far : f32
    %missing = arith.cmpf uno, %value, %value : f32
    %larger = arith.maximumf %so_far, %value : f32
    %kept = arith.select %missing, %so_far, %larger : f32
    %next = arith.select %unset, %value, %kept : f32
    scf.yield %next : f32
  }
  %number = arith.cmpf ord, %top, %top : f32
  %top_bits = arith.bitcast %top : f32 to i32
  %where = scf.for %i = %0 to %n step %1 iter_args(%best = %none) -> (i64) {
    %value = memref.load %values[%i] : memref<?xf32>
    %bits = arith.bitcast %value : f32 to i32
    %equal = arith.cmpi eq, %bits, %top_bits : i32
    %unset = arith.cmpi eq, %best, %none : i64
    %valid = arith.andi %equal, %number : i1
    %take = arith.andi %valid, %unset : i1
    %here = arith.index_cast %i : index to i64
    %next = arith.select %take, %here, %best : i64
    scf.yield %next : i64
  }
  return %where : i64
}
