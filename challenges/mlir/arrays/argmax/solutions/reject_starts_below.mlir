// reject: test_infinities wrong_answer - begins with -infinity, which nothing but a greater number replaces
func.func @argmax(%values: memref<?xf32>) -> i64 {
  %0 = arith.constant 0 : index
  %1 = arith.constant 1 : index
  %none = arith.constant -1 : i64
  %lowest = arith.constant 0xFF800000 : f32
  %n = memref.dim %values, %0 : memref<?xf32>
  %where, %what = scf.for %i = %0 to %n step %1 iter_args(%best = %none, %top = %lowest) -> (i64, f32) {
    %value = memref.load %values[%i] : memref<?xf32>
    %greater = arith.cmpf ogt, %value, %top : f32
    %here = arith.index_cast %i : index to i64
    %next = arith.select %greater, %here, %best : i64
    %next_top = arith.select %greater, %value, %top : f32
    scf.yield %next, %next_top : i64, f32
  }
  return %where : i64
}
