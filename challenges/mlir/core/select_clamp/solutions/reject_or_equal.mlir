// reject: test_zeros wrong_answer - returns the bound where x is equal, and so the other zero
func.func @clamp(%x: f32, %low: f32, %high: f32) -> f32 {
  // Ordered comparisons: false where one side is NaN.
  %below = arith.cmpf ole, %x, %low : f32
  %above = arith.cmpf oge, %x, %high : f32
  %capped = arith.select %above, %high, %x : f32
  %result = arith.select %below, %low, %capped : f32
  return %result : f32
}
