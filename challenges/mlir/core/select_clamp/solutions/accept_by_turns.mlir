// First the lower bound and then, of what came out, the upper one, in functions of their own.
func.func @raise(%x: f32, %low: f32) -> f32 {
  %below = arith.cmpf ogt, %low, %x : f32
  %result = arith.select %below, %low, %x : f32
  return %result : f32
}

func.func @lower(%x: f32, %high: f32) -> f32 {
  %above = arith.cmpf olt, %high, %x : f32
  %result = arith.select %above, %high, %x : f32
  return %result : f32
}

func.func @clamp(%x: f32, %low: f32, %high: f32) -> f32 {
  %raised = func.call @raise(%x, %low) : (f32, f32) -> f32
  %result = func.call @lower(%raised, %high) : (f32, f32) -> f32
  return %result : f32
}
