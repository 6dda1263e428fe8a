func.func @dot(%a: memref<?xf32>, %b: memref<?xf32>) -> f32 {
  %0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f64
  %size_a = memref.dim %a, %0 : memref<?xf32>
  %size_b = memref.dim %b, %0 : memref<?xf32>
  %total = affine.for %i = 0 to min affine_map<()[s0, s1] -> (s0, s1)>()[%size_a, %size_b] iter_args(%sum = %zero) -> (f64) {
    %x = affine.load %a[%i] : memref<?xf32>
    %y = affine.load %b[%i] : memref<?xf32>
    %wide_x = arith.extf %x : f32 to f64
    %wide_y = arith.extf %y : f32 to f64
    // The product is exact, so that fma rounds in the same way.
    %next = math.fma %wide_x, %wide_y, %sum : f64
    affine.yield %next : f64
  }
  %result = arith.truncf %total : f64 to f32
  return %result : f32
}
