// reject: test_nan_x wrong_answer - takes whatever is not at least low for less
func.func @clamp(%x: f32, %low: f32, %high: f32) -> f32 {
  // Ordered comparisons: false where one side is NaN.
  %reaches = arith.cmpf oge, %x, %low : f32
  %nan = arith.cmpf uno, %low, %low : f32
  %inside = arith.ori %reaches, %nan : i1
  %above = arith.cmpf ogt, %x, %high : f32
  %capped = arith.select %above, %high, %x : f32
  %result = arith.select %inside, %capped, %low : f32
  return %result : f32
}
