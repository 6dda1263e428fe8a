func.func @clamp(%x: f32, %low: f32, %high: f32) -> f32 {
  %above = arith.cmpf ogt, %x, %high : f32
  %result = scf.if %above -> (f32) {
    scf.yield %high : f32
  } else {
    %below = arith.cmpf olt, %x, %low : f32
    %raised = scf.if %below -> (f32) {
      scf.yield %low : f32
    } else {
      scf.yield %x : f32
    }
    scf.yield %raised : f32
  }
  return %result : f32
}
