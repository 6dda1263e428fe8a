// reject: test_square wrong_answer - stores rows as columns
func.func @matmul(%a: memref<?x?xf32>, %b: memref<?x?xf32>, %c: memref<?x?xf32>) {
  %0 = arith.constant 0 : index
  %1 = arith.constant 1 : index
  %zero = arith.constant 0.0 : f32
  %m = memref.dim %a, %0 : memref<?x?xf32>
  %n = memref.dim %a, %1 : memref<?x?xf32>
  %p = memref.dim %b, %1 : memref<?x?xf32>
  scf.for %i = %0 to %m step %1 {
    scf.for %j = %0 to %p step %1 {
      %total = scf.for %k = %0 to %n step %1 iter_args(%sum = %zero) -> (f32) {
        %x = memref.load %a[%i, %k] : memref<?x?xf32>
        %y = memref.load %b[%k, %j] : memref<?x?xf32>
        %product = arith.mulf %x, %y : f32
        %next = arith.addf %sum, %product : f32
        scf.yield %next : f32
      }
      memref.store %total, %c[%j, %i] : memref<?x?xf32>
    }
  }
  return
}
