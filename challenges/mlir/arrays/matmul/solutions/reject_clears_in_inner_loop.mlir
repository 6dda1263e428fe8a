// reject: test_inner_size_0 wrong_answer - clears c only where there is a first product
// Sets c to zero, and then adds to it.
func.func @matmul(%a: memref<?x?xf32>, %b: memref<?x?xf32>, %c: memref<?x?xf32>) {
  %0 = arith.constant 0 : index
  %1 = arith.constant 1 : index
  %zero = arith.constant 0.0 : f32
  %m = memref.dim %c, %0 : memref<?x?xf32>
  %p = memref.dim %c, %1 : memref<?x?xf32>
  %n = memref.dim %b, %0 : memref<?x?xf32>
  affine.for %i = 0 to %m {
    affine.for %k = 0 to %n {
      %x = affine.load %a[%i, %k] : memref<?x?xf32>
      affine.for %j = 0 to %p {
        %y = affine.load %b[%k, %j] : memref<?x?xf32>
        %old = affine.load %c[%i, %j] : memref<?x?xf32>
        %product = arith.mulf %x, %y : f32
        %first = arith.cmpi eq, %k, %0 : index
        %begun = arith.select %first, %zero, %old : f32
        %new = arith.addf %begun, %product : f32
        affine.store %new, %c[%i, %j] : memref<?x?xf32>
      }
    }
  }
  return
}
