// reject: test_empty crashed - reads the first element before it looks at the size
func.func @argmax(%values: memref<?xf32>) -> i64 {
  %0 = arith.constant 0 : index
  %1 = arith.constant 1 : index
  %n = memref.dim %values, %0 : memref<?xf32>
  %first = memref.load %values[%0] : memref<?xf32>
  %where, %what = scf.for %i = %1 to %n step %1 iter_args(%best = %0, %top = %first) -> (index, f32) {
    %value = memref.load %values[%i] : memref<?xf32>
    %greater = arith.cmpf ogt, %value, %top : f32
    %unset = arith.cmpf uno, %top, %top : f32
    %better = arith.ori %greater, %unset : i1
    %next = arith.select %better, %i, %best : index
    %next_top = arith.select %better, %value, %top : f32
    scf.yield %next, %next_top : index, f32
  }
  %none = arith.constant -1 : i64
  %empty = arith.cmpi eq, %n, %0 : index
  %missing = arith.cmpf uno, %what, %what : f32
  %nothing = arith.ori %empty, %missing : i1
  %signed = arith.index_cast %where : index to i64
  %result = arith.select %nothing, %none, %signed : i64
  return %result : i64
}
