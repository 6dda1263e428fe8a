func.func @saxpy(%alpha: f32, %x: memref<?xf32>, %y: memref<?xf32>) {
  %0 = arith.constant 0 : index
  %n = memref.dim %y, %0 : memref<?xf32>
  affine.parallel (%i) = (0) to (symbol(%n)) {
    %a = affine.load %x[%i] : memref<?xf32>
    %product = arith.mulf %a, %alpha : f32
    %b = affine.load %y[%i] : memref<?xf32>
    %sum = arith.addf %b, %product : f32
    affine.store %sum, %y[%i] : memref<?xf32>
  }
  return
}
