// reject: test_rounding wrong_answer - computes in f64 and rounds once
func.func @saxpy(%alpha: f32, %x: memref<?xf32>, %y: memref<?xf32>) {
  %0 = arith.constant 0 : index
  %1 = arith.constant 1 : index
  %n = memref.dim %x, %0 : memref<?xf32>
  scf.for %i = %0 to %n step %1 {
    %a = memref.load %x[%i] : memref<?xf32>
    %b = memref.load %y[%i] : memref<?xf32>
    %wide_alpha = arith.extf %alpha : f32 to f64
    %wide_a = arith.extf %a : f32 to f64
    %wide_b = arith.extf %b : f32 to f64
    %product = arith.mulf %wide_alpha, %wide_a : f64
    %wide = arith.addf %product, %wide_b : f64
    %sum = arith.truncf %wide : f64 to f32
    memref.store %sum, %y[%i] : memref<?xf32>
  }
  return
}
