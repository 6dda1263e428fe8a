func.func @dot(%a: memref<?xf32>, %b: memref<?xf32>) -> f32 {
  %0 = arith.constant 0 : index
  %1 = arith.constant 1 : index
  %zero = arith.constant 0.0 : f64
  %size_a = memref.dim %a, %0 : memref<?xf32>
  %size_b = memref.dim %b, %0 : memref<?xf32>
  %shorter = arith.cmpi ult, %size_a, %size_b : index
  %n = arith.select %shorter, %size_a, %size_b : index
  cf.br ^test(%n, %zero : index, f64)
^test(%left: index, %sum: f64):
  %done = arith.cmpi eq, %left, %0 : index
  cf.cond_br %done, ^end, ^add
^add:
  %i = arith.subi %left, %1 : index
  %x = memref.load %a[%i] : memref<?xf32>
  %y = memref.load %b[%i] : memref<?xf32>
  %wide_x = arith.extf %x : f32 to f64
  %wide_y = arith.extf %y : f32 to f64
  %product = arith.mulf %wide_x, %wide_y : f64
  %next = arith.addf %product, %sum : f64
  cf.br ^test(%i, %next : index, f64)
^end:
  %result = arith.truncf %sum : f64 to f32
  return %result : f32
}
