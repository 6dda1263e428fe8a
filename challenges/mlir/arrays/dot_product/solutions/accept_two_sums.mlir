// Sums of even and odd places, in a loop of pairs and a tail.
func.func private @term(%a: memref<?xf32>, %b: memref<?xf32>, %i: index) -> f64 {
  %x = memref.load %a[%i] : memref<?xf32>
  %y = memref.load %b[%i] : memref<?xf32>
  %wide_x = arith.extf %x : f32 to f64
  %wide_y = arith.extf %y : f32 to f64
  %product = arith.mulf %wide_x, %wide_y : f64
  return %product : f64
}

func.func @dot(%a: memref<?xf32>, %b: memref<?xf32>) -> f32 {
  %0 = arith.constant 0 : index
  %1 = arith.constant 1 : index
  %2 = arith.constant 2 : index
  %zero = arith.constant 0.0 : f64
  %size_a = memref.dim %a, %0 : memref<?xf32>
  %size_b = memref.dim %b, %0 : memref<?xf32>
  %n = index.minu %size_a, %size_b
  %odd = arith.remui %n, %2 : index
  %even_n = arith.subi %n, %odd : index
  %even, %other = scf.for %i = %0 to %even_n step %2 iter_args(%s = %zero, %t = %zero) -> (f64, f64) {
    %j = arith.addi %i, %1 : index
    %p = func.call @term(%a, %b, %i) : (memref<?xf32>, memref<?xf32>, index) -> f64
    %q = func.call @term(%a, %b, %j) : (memref<?xf32>, memref<?xf32>, index) -> f64
    %u = arith.addf %s, %p : f64
    %v = arith.addf %t, %q : f64
    scf.yield %u, %v : f64, f64
  }
  %pairs = arith.addf %even, %other : f64
  %total = scf.for %i = %even_n to %n step %1 iter_args(%s = %pairs) -> (f64) {
    %p = func.call @term(%a, %b, %i) : (memref<?xf32>, memref<?xf32>, index) -> f64
    %u = arith.addf %s, %p : f64
    scf.yield %u : f64
  }
  %result = arith.truncf %total : f64 to f32
  return %result : f32
}
