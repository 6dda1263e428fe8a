// reject: test_two_and_three wrong_answer - copies both ends
// The inner elements in a loop, the two ends by themselves.
func.func private @weigh(%input: memref<?xf32>, %left: index, %middle: index, %right: index) -> f32 {
  %half = arith.constant 0.5 : f32
  %quarter = arith.constant 0.25 : f32
  %a = memref.load %input[%left] : memref<?xf32>
  %b = memref.load %input[%middle] : memref<?xf32>
  %c = memref.load %input[%right] : memref<?xf32>
  %x = arith.mulf %quarter, %a : f32
  %y = arith.mulf %half, %b : f32
  %z = arith.mulf %quarter, %c : f32
  %xy = arith.addf %x, %y : f32
  %sum = arith.addf %xy, %z : f32
  return %sum : f32
}

func.func @smooth(%input: memref<?xf32>, %output: memref<?xf32>) {
  %0 = arith.constant 0 : index
  %1 = arith.constant 1 : index
  %2 = arith.constant 2 : index
  %n = memref.dim %input, %0 : memref<?xf32>
  %several = arith.cmpi uge, %n, %2 : index
  cf.cond_br %several, ^smooth, ^copy
^copy:
  memref.copy %input, %output : memref<?xf32> to memref<?xf32>
  return
^smooth:
  %last = arith.subi %n, %1 : index
  %second_last = arith.subi %n, %2 : index
  %first = memref.load %input[%0] : memref<?xf32>
  memref.store %first, %output[%0] : memref<?xf32>
  %end = memref.load %input[%last] : memref<?xf32>
  memref.store %end, %output[%last] : memref<?xf32>
  scf.for %i = %1 to %last step %1 {
    %before = arith.subi %i, %1 : index
    %after = arith.addi %i, %1 : index
    %sum = func.call @weigh(%input, %before, %i, %after) : (memref<?xf32>, index, index, index) -> f32
    memref.store %sum, %output[%i] : memref<?xf32>
  }
  return
}
