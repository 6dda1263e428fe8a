// Mirrors by arithmetic; with one element all three places are 0.
func.func @smooth(%input: memref<?xf32>, %output: memref<?xf32>) {
  %0 = arith.constant 0 : index
  %1 = arith.constant 1 : index
  %half = arith.constant 0.5 : f32
  %n = memref.dim %input, %0 : memref<?xf32>
  %last = arith.subi %n, %1 : index
  affine.for %i = 0 to %n {
    %before = index.sub %i, %1
    %after = index.add %i, %1
    // The magnitude of i - 1, but not beyond the end; and i + 1, or as far before the end.
    %negated = index.sub %1, %i
    %apart = index.maxs %before, %negated
    %left = arith.minui %apart, %last : index
    %over = index.sub %last, %1
    %beyond = arith.cmpi ugt, %after, %last : index
    %mirrored = index.maxs %over, %0
    %right = arith.select %beyond, %mirrored, %after : index
    %a = memref.load %input[%left] : memref<?xf32>
    %b = affine.load %input[%i] : memref<?xf32>
    %c = memref.load %input[%right] : memref<?xf32>
    %ab = arith.addf %a, %b : f32
    %bc = arith.addf %b, %c : f32
    %x = arith.mulf %ab, %half : f32
    %y = arith.mulf %bc, %half : f32
    %xy = arith.addf %x, %y : f32
    %sum = arith.mulf %xy, %half : f32
    affine.store %sum, %output[%i] : memref<?xf32>
  }
  return
}
