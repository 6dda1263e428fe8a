// One step of the scheme in a function of its own.
func.func private @step(%sum: f32, %x: f32, %next: f32) -> f32 {
  %product = arith.mulf %sum, %x : f32
  %result = arith.addf %product, %next : f32
  return %result : f32
}

func.func @cubic(%x: f32, %a: f32, %b: f32, %c: f32, %d: f32) -> (f32, f32) {
  %three = arith.constant 3.0 : f32
  %p2 = call @step(%a, %x, %b) : (f32, f32, f32) -> f32
  %p1 = call @step(%p2, %x, %c) : (f32, f32, f32) -> f32
  %value = call @step(%p1, %x, %d) : (f32, f32, f32) -> f32
  %first = arith.mulf %a, %three : f32
  // Twice b, which is exact.
  %second = arith.addf %b, %b : f32
  %q1 = call @step(%first, %x, %second) : (f32, f32, f32) -> f32
  %slope = call @step(%q1, %x, %c) : (f32, f32, f32) -> f32
  return %value, %slope : f32, f32
}
