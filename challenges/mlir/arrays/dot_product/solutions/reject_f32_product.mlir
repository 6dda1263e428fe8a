// reject: test_products_beyond_f32 wrong_answer - multiplies in f32 and converts the product
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
    %short = arith.mulf %x, %y : f32
    %product = arith.extf %short : f32 to f64
    %next = arith.addf %sum, %product : f64
    scf.yield %next : f64
  }
  %result = arith.truncf %total : f64 to f32
  return %result : f32
}
