// One loop over the elements of c, whose place is found by division.
func.func @matmul(%a: memref<?x?xf32>, %b: memref<?x?xf32>, %c: memref<?x?xf32>) {
  %0 = arith.constant 0 : index
  %1 = arith.constant 1 : index
  %zero = arith.constant 0.0 : f32
  %m = memref.dim %c, %0 : memref<?x?xf32>
  %p = memref.dim %c, %1 : memref<?x?xf32>
  %n = memref.dim %b, %0 : memref<?x?xf32>
  %count = arith.muli %m, %p : index
  scf.for %at = %0 to %count step %1 {
    %i = arith.divui %at, %p : index
    %j = arith.remui %at, %p : index
    memref.store %zero, %c[%i, %j] : memref<?x?xf32>
    scf.for %k = %0 to %n step %1 {
      %x = memref.load %a[%i, %k] : memref<?x?xf32>
      %y = memref.load %b[%k, %j] : memref<?x?xf32>
      %old = memref.load %c[%i, %j] : memref<?x?xf32>
      %new = math.fma %y, %x, %old : f32
      memref.store %new, %c[%i, %j] : memref<?x?xf32>
    }
  }
  return
}
