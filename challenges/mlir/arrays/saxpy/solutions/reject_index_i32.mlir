// reject: test_every_size build_failed - an index of i32
func.func @saxpy(%alpha: f32, %x: memref<?xf32>, %y: memref<?xf32>) {
  %0 = arith.constant 0 : i32
  %1 = arith.constant 1 : i32
  %zero = arith.constant 0 : index
  %size = memref.dim %x, %zero : memref<?xf32>
  %n = arith.index_cast %size : index to i32
  scf.for %i = %0 to %n step %1 : i32 {
    %a = memref.load %x[%i] : memref<?xf32>
    %b = memref.load %y[%i] : memref<?xf32>
    %product = arith.mulf %alpha, %a : f32
    %sum = arith.addf %product, %b : f32
    memref.store %sum, %y[%i] : memref<?xf32>
  }
  return
}
