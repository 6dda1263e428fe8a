// reject: test_every_size wrong_answer - counts from 1
func.func @saxpy(%alpha: f32, %x: memref<?xf32>, %y: memref<?xf32>) {
  %0 = arith.constant 0 : index
  %1 = arith.constant 1 : index
  %n = memref.dim %x, %0 : memref<?xf32>
  scf.for %i = %1 to %n step %1 {
    %a = memref.load %x[%i] : memref<?xf32>
    %b = memref.load %y[%i] : memref<?xf32>
    %product = arith.mulf %alpha, %a : f32
    %sum = arith.addf %product, %b : f32
    memref.store %sum, %y[%i] : memref<?xf32>
  }
  return
}
