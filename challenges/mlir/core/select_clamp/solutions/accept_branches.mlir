// Keeps x where it is not less, which unordered predicates say directly.
func.func @clamp(%x: f32, %low: f32, %high: f32) -> f32 {
  %not_below = arith.cmpf uge, %x, %low : f32
  cf.cond_br %not_below, ^upper(%x : f32), ^end(%low : f32)
^upper(%y: f32):
  %not_above = arith.cmpf ule, %y, %high : f32
  cf.cond_br %not_above, ^end(%y : f32), ^end(%high : f32)
^end(%result: f32):
  return %result : f32
}
