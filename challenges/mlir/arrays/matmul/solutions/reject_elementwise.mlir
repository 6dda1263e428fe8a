// reject: test_square wrong_answer - multiplies element by element
func.func @matmul(%a: memref<?x?xf32>, %b: memref<?x?xf32>, %c: memref<?x?xf32>) {
  %0 = arith.constant 0 : index
  %1 = arith.constant 1 : index
  %zero = arith.constant 0.0 : f32
  %m = memref.dim %a, %0 : memref<?x?xf32>
  %n = memref.dim %a, %1 : memref<?x?xf32>
  %p = memref.dim %b, %1 : memref<?x?xf32>
  scf.for %i = %0 to %m step %1 {
    scf.for %j = %0 to %p step %1 {
      %x = memref.load %a[%i, %j] : memref<?x?xf32>
      %y = memref.load %b[%i, %j] : memref<?x?xf32>
      %total = arith.mulf %x, %y : f32
      memref.store %total, %c[%i, %j] : memref<?x?xf32>
    }
  }
  return
}
