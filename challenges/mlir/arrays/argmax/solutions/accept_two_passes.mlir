// Finds the largest first, and then the first place where it stands.
func.func @argmax(%values: memref<?xf32>) -> i64 {
  %0 = arith.constant 0 : index
  %1 = arith.constant 1 : index
  %none = arith.constant -1 : i64
  %nan = arith.constant 0x7FC00000 : f32
  %n = memref.dim %values, %0 : memref<?xf32>
  %top = affine.for %i = 0 to %n iter_args(%so_far = %nan) -> (f32) {
    %value = affine.load %values[%i] : memref<?xf32>
    // maxnumf prefers whatever is not NaN.
    %larger = arith.maxnumf %so_far, %value : f32
    affine.yield %larger : f32
  }
  cf.br ^look(%0 : index)
^look(%i: index):
  %inside = arith.cmpi ult, %i, %n : index
  cf.cond_br %inside, ^compare, ^end(%none : i64)
^compare:
  %value = memref.load %values[%i] : memref<?xf32>
  %equal = arith.cmpf oeq, %value, %top : f32
  %here = arith.index_cast %i : index to i64
  %after = arith.addi %i, %1 : index
  cf.cond_br %equal, ^end(%here : i64), ^look(%after : index)
^end(%result: i64):
  return %result : i64
}
