// reject: test_two_and_three wrong_answer - writes into the input, so that later elements use smoothed ones
func.func @smooth(%input: memref<?xf32>, %output: memref<?xf32>) {
  %0 = arith.constant 0 : index
  %1 = arith.constant 1 : index
  %half = arith.constant 0.5 : f32
  %quarter = arith.constant 0.25 : f32
  %n = memref.dim %input, %0 : memref<?xf32>
  %single = arith.cmpi eq, %n, %1 : index
  scf.if %single {
    %only = memref.load %input[%0] : memref<?xf32>
    memref.store %only, %output[%0] : memref<?xf32>
  } else {
    %last = arith.subi %n, %1 : index
    scf.for %i = %0 to %n step %1 {
      %before = arith.subi %i, %1 : index
      %after = arith.addi %i, %1 : index
      %is_first = arith.cmpi eq, %i, %0 : index
      %is_last = arith.cmpi eq, %i, %last : index
      %left = arith.select %is_first, %after, %before : index
      %right = arith.select %is_last, %before, %after : index
      %a = memref.load %input[%left] : memref<?xf32>
      %b = memref.load %input[%i] : memref<?xf32>
      %c = memref.load %input[%right] : memref<?xf32>
      %sides = arith.addf %a, %c : f32
      %outer = arith.mulf %sides, %quarter : f32
      %inner = arith.mulf %b, %half : f32
      %sum = arith.addf %outer, %inner : f32
      memref.store %sum, %input[%i] : memref<?xf32>
    }
  }
  return
}
