func.func @matmul(%a: memref<?x?xf32>, %b: memref<?x?xf32>, %c: memref<?x?xf32>) {
  %0 = arith.constant 0 : index
  %1 = arith.constant 1 : index
  %zero = arith.constant 0.0 : f64
  %m, %p = func.call @sizes(%c) : (memref<?x?xf32>) -> (index, index)
  %n = memref.dim %a, %1 : memref<?x?xf32>
  scf.parallel (%i, %j) = (%0, %0) to (%m, %p) step (%1, %1) {
    %k_end, %total = scf.while (%k = %0, %sum = %zero) : (index, f64) -> (index, f64) {
      %more = arith.cmpi ult, %k, %n : index
      scf.condition(%more) %k, %sum : index, f64
    } do {
    ^bb0(%k: index, %sum: f64):
      %x = memref.load %a[%i, %k] : memref<?x?xf32>
      %y = memref.load %b[%k, %j] : memref<?x?xf32>
      %wide_x = arith.extf %x : f32 to f64
      %wide_y = arith.extf %y : f32 to f64
      %next = math.fma %wide_x, %wide_y, %sum : f64
      %after = arith.addi %k, %1 : index
      scf.yield %after, %next : index, f64
    }
    %short = arith.truncf %total : f64 to f32
    memref.store %short, %c[%i, %j] : memref<?x?xf32>
    scf.reduce
  }
  return
}

func.func private @sizes(%c: memref<?x?xf32>) -> (index, index) {
  %0 = arith.constant 0 : index
  %1 = arith.constant 1 : index
  %rows = memref.dim %c, %0 : memref<?x?xf32>
  %columns = memref.dim %c, %1 : memref<?x?xf32>
  return %rows, %columns : index, index
}
