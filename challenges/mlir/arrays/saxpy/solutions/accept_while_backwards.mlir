func.func @saxpy(%alpha: f32, %x: memref<?xf32>, %y: memref<?xf32>) {
  %0 = arith.constant 0 : index
  %1 = arith.constant 1 : index
  %n = memref.dim %x, %0 : memref<?xf32>
  %end = scf.while (%left = %n) : (index) -> index {
    %more = arith.cmpi ugt, %left, %0 : index
    scf.condition(%more) %left : index
  } do {
  ^bb0(%left: index):
    %i = arith.subi %left, %1 : index
    %a = memref.load %x[%i] : memref<?xf32>
    %b = memref.load %y[%i] : memref<?xf32>
    %product = arith.mulf %alpha, %a : f32
    %sum = arith.addf %product, %b : f32
    memref.store %sum, %y[%i] : memref<?xf32>
    scf.yield %i : index
  }
  return
}
