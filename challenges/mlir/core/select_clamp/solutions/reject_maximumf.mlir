// reject: test_nan_bounds wrong_answer - maximumf and minimumf give NaN where a bound is NaN
func.func @clamp(%x: f32, %low: f32, %high: f32) -> f32 {
  %raised = arith.maximumf %x, %low : f32
  %result = arith.minimumf %raised, %high : f32
  return %result : f32
}
