// reject: test_every_size wrong_answer - leaves what is left after groups of 4
// Four elements at a time, and then the rest.
func.func private @one(%alpha: f32, %x: memref<?xf32>, %y: memref<?xf32>, %i: index) {
  %a = memref.load %x[%i] : memref<?xf32>
  %b = memref.load %y[%i] : memref<?xf32>
  %product = arith.mulf %a, %alpha : f32
  %sum = arith.addf %b, %product : f32
  memref.store %sum, %y[%i] : memref<?xf32>
  return
}

func.func @saxpy(%alpha: f32, %x: memref<?xf32>, %y: memref<?xf32>) {
  %0 = arith.constant 0 : index
  %1 = arith.constant 1 : index
  %4 = arith.constant 4 : index
  %n = memref.dim %y, %0 : memref<?xf32>
  %rest = arith.remui %n, %4 : index
  %whole = arith.subi %n, %rest : index
  scf.for %i = %0 to %whole step %4 {
    scf.for %k = %0 to %4 step %1 {
      %at = arith.addi %i, %k : index
      func.call @one(%alpha, %x, %y, %at) : (f32, memref<?xf32>, memref<?xf32>, index) -> ()
    }
  }
  return
}
