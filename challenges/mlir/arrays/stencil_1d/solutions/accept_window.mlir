// Three elements move along in a loop that loads each element once.
func.func @smooth(%input: memref<?xf32>, %output: memref<?xf32>) {
  %0 = arith.constant 0 : index
  %1 = arith.constant 1 : index
  %two = arith.constant 2.0 : f32
  %four = arith.constant 4.0 : f32
  %n = memref.dim %output, %0 : memref<?xf32>
  %none = arith.cmpi eq, %n, %0 : index
  cf.cond_br %none, ^end, ^some
^some:
  %first = memref.load %input[%0] : memref<?xf32>
  %single = arith.cmpi eq, %n, %1 : index
  cf.cond_br %single, ^only, ^several
^only:
  memref.store %first, %output[%0] : memref<?xf32>
  cf.br ^end
^several:
  %second = memref.load %input[%1] : memref<?xf32>
  %last = arith.subi %n, %1 : index
  %p, %q = scf.for %i = %0 to %n step %1 iter_args(%left = %second, %middle = %first) -> (f32, f32) {
    %inside = arith.cmpi ult, %i, %last : index
    %right = scf.if %inside -> (f32) {
      %after = arith.addi %i, %1 : index
      %loaded = memref.load %input[%after] : memref<?xf32>
      scf.yield %loaded : f32
    } else {
      scf.yield %left : f32
    }
    %double = arith.mulf %middle, %two : f32
    %most = arith.addf %left, %double : f32
    %sum = arith.addf %most, %right : f32
    %mean = arith.divf %sum, %four : f32
    memref.store %mean, %output[%i] : memref<?xf32>
    scf.yield %middle, %right : f32, f32
  }
  cf.br ^end
^end:
  return
}
