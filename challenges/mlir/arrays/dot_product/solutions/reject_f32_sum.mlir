// reject: test_sums_beyond_f32 wrong_answer - adds up in f32
func.func @dot(%a: memref<?xf32>, %b: memref<?xf32>) -> f32 {
  %0 = arith.constant 0 : index
  %1 = arith.constant 1 : index
  %zero = arith.constant 0.0 : f32
  %size_a = memref.dim %a, %0 : memref<?xf32>
  %size_b = memref.dim %b, %0 : memref<?xf32>
  %n = arith.minui %size_a, %size_b : index
  %total = scf.for %i = %0 to %n step %1 iter_args(%sum = %zero) -> (f32) {
    %x = memref.load %a[%i] : memref<?xf32>
    %y = memref.load %b[%i] : memref<?xf32>
    %product = arith.mulf %x, %y : f32
    %next = arith.addf %sum, %product : f32
    scf.yield %next : f32
  }
  return %total : f32
}
