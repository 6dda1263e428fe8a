// reject: test_special_values wrong_answer - subtracts from 0, which loses the sign of zero
func.func @saxpy(%alpha: f32, %x: memref<?xf32>, %y: memref<?xf32>) {
  %0 = arith.constant 0 : index
  %1 = arith.constant 1 : index
  %n = memref.dim %x, %0 : memref<?xf32>
  scf.for %i = %0 to %n step %1 {
    %a = memref.load %x[%i] : memref<?xf32>
    %b = memref.load %y[%i] : memref<?xf32>
    %product = arith.mulf %alpha, %a : f32
    %zero = arith.constant 0.0 : f32
    %minus = arith.subf %zero, %product : f32
    %sum = arith.subf %b, %minus : f32
    memref.store %sum, %y[%i] : memref<?xf32>
  }
  return
}
