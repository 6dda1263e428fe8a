// reject: test_no_element_and_one crashed - reads a neighbour of a single element
func.func @smooth(%input: memref<?xf32>, %output: memref<?xf32>) {
  %0 = arith.constant 0 : index
  %1 = arith.constant 1 : index
  %half = arith.constant 0.5 : f32
  %quarter = arith.constant 0.25 : f32
  %n = memref.dim %input, %0 : memref<?xf32>
  %single = arith.cmpi eq, %n, %0 : index
  scf.if %single {
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
      memref.store %sum, %output[%i] : memref<?xf32>
    }
  }
  return
}
