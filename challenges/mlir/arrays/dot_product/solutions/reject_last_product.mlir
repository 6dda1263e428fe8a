// reject: test_every_size wrong_answer - the sum is not carried on
func.func @dot(%a: memref<?xf32>, %b: memref<?xf32>) -> f32 {
  %0 = arith.constant 0 : index
  %1 = arith.constant 1 : index
  %zero = arith.constant 0.0 : f64
  %size_a = memref.dim %a, %0 : memref<?xf32>
  %size_b = memref.dim %b, %0 : memref<?xf32>
  %n = arith.minui %size_a, %size_b : index
  %total = scf.for %i = %0 to %n step %1 iter_args(%sum = %zero) -> (f64) {
    %x = memref.load %a[%i] : memref<?xf32>
    %y = memref.load %b[%i] : memref<?xf32>
    %wide_x = arith.extf %x : f32 to f64
    %wide_y = arith.extf %y : f32 to f64
    %product = arith.mulf %wide_x, %wide_y : f64
    %next = arith.addf %sum, %product : f64
    scf.yield %product : f64
  }
  %result = arith.truncf %total : f64 to f32
  return %result : f32
}
