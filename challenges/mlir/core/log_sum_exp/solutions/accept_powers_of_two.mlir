// In logarithms to the base 2.
func.func @log_sum_exp(%x: f64, %y: f64, %z: f64) -> f64 {
  %one = arith.constant 1.0 : f64
  %e = math.exp %one : f64
  %rate = math.log2 %e : f64
  %larger = arith.cmpf ogt, %x, %y : f64
  %xy = arith.select %larger, %x, %y : f64
  %largest = arith.cmpf ogt, %xy, %z : f64
  %top = arith.select %largest, %xy, %z : f64
  %unordered = arith.cmpf uno, %x, %y : f64
  %no_number = arith.cmpf uno, %z, %z : f64
  %invalid = arith.ori %unordered, %no_number : i1
  cf.cond_br %invalid, ^nan, ^numbers
^nan:
  %two = arith.addf %x, %y : f64
  %all = arith.addf %two, %z : f64
  %none = arith.subf %all, %all : f64
  return %none : f64
^numbers:
  %difference = arith.subf %top, %top : f64
  %infinite = arith.cmpf uno, %difference, %difference : f64
  cf.cond_br %infinite, ^end(%top : f64), ^finite
^finite:
  %dx = arith.subf %x, %top : f64
  %dy = arith.subf %y, %top : f64
  %dz = arith.subf %z, %top : f64
  %bx = arith.mulf %dx, %rate : f64
  %by = arith.mulf %dy, %rate : f64
  %bz = arith.mulf %dz, %rate : f64
  %ex = math.exp2 %bx : f64
  %ey = math.exp2 %by : f64
  %ez = math.exp2 %bz : f64
  %exy = arith.addf %ex, %ey : f64
  %sum = arith.addf %exy, %ez : f64
  %log2 = math.log2 %sum : f64
  %log = arith.divf %log2, %rate : f64
  %total = arith.addf %top, %log : f64
  cf.br ^end(%total : f64)
^end(%result: f64):
  return %result : f64
}
