// reject: test_nan_x wrong_answer - maxnumf and minnumf give the bound where x is NaN
func.func @clamp(%x: f32, %low: f32, %high: f32) -> f32 {
  %raised = arith.maxnumf %x, %low : f32
  %result = arith.minnumf %raised, %high : f32
  return %result : f32
}
