// reject: test_all_shapes crashed - works in whole blocks of 8 columns
func.func @matmul(%a: memref<?x?xf32>, %b: memref<?x?xf32>, %c: memref<?x?xf32>) {
  %0 = arith.constant 0 : index
  %1 = arith.constant 1 : index
  %zero = arith.constant 0.0 : f32
  %m = memref.dim %a, %0 : memref<?x?xf32>
  %n = memref.dim %a, %1 : memref<?x?xf32>
  %p = memref.dim %b, %1 : memref<?x?xf32>
  %7 = arith.constant 7 : index
  %8 = arith.constant 8 : index
  %up = arith.addi %p, %7 : index
  %blocks = arith.divui %up, %8 : index
  %padded = arith.muli %blocks, %8 : index
  scf.for %i = %0 to %m step %1 {
    scf.for %j = %0 to %padded step %1 {
      %total = scf.for %k = %0 to %n step %1 iter_args(%sum = %zero) -> (f32) {
        %x = memref.load %a[%i, %k] : memref<?x?xf32>
        %y = memref.load %b[%k, %j] : memref<?x?xf32>
        %product = arith.mulf %x, %y : f32
        %next = arith.addf %sum, %product : f32
        scf.yield %next : f32
      }
      memref.store %total, %c[%i, %j] : memref<?x?xf32>
    }
  }
  return
}
