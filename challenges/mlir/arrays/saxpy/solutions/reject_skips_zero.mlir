// reject: test_special_values wrong_answer - leaves y as it is for alpha = 0, though 0 times NaN is NaN
func.func @saxpy(%alpha: f32, %x: memref<?xf32>, %y: memref<?xf32>) {
  %0 = arith.constant 0 : index
  %1 = arith.constant 1 : index
  %n = memref.dim %x, %0 : memref<?xf32>
  %zero = arith.constant 0.0 : f32
  %some = arith.cmpf une, %alpha, %zero : f32
  %count = arith.select %some, %n, %0 : index
  scf.for %i = %0 to %count step %1 {
    %a = memref.load %x[%i] : memref<?xf32>
    %b = memref.load %y[%i] : memref<?xf32>
    %product = arith.mulf %alpha, %a : f32
    %sum = arith.addf %product, %b : f32
    memref.store %sum, %y[%i] : memref<?xf32>
  }
  return
}
