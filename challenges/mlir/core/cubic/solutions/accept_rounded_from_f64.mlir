// A sum or product of two f32 that is computed in f64 and then rounded is rounded as if once.
func.func private @multiply(%a: f32, %b: f32) -> f32 {
  %x = arith.extf %a : f32 to f64
  %y = arith.extf %b : f32 to f64
  %product = arith.mulf %x, %y : f64
  %result = arith.truncf %product : f64 to f32
  return %result : f32
}

func.func private @add(%a: f32, %b: f32) -> f32 {
  %x = arith.extf %a : f32 to f64
  %y = arith.extf %b : f32 to f64
  %sum = arith.addf %x, %y : f64
  %result = arith.truncf %sum : f64 to f32
  return %result : f32
}

func.func @cubic(%x: f32, %a: f32, %b: f32, %c: f32, %d: f32) -> (f32, f32) {
  %three = arith.constant 3.0 : f32
  %b2 = call @add(%b, %b) : (f32, f32) -> f32
  %a3 = call @multiply(%a, %three) : (f32, f32) -> f32
  %1 = call @multiply(%a, %x) : (f32, f32) -> f32
  %2 = call @add(%1, %b) : (f32, f32) -> f32
  %3 = call @multiply(%2, %x) : (f32, f32) -> f32
  %4 = call @add(%3, %c) : (f32, f32) -> f32
  %5 = call @multiply(%4, %x) : (f32, f32) -> f32
  %value = call @add(%5, %d) : (f32, f32) -> f32
  %6 = call @multiply(%a3, %x) : (f32, f32) -> f32
  %7 = call @add(%6, %b2) : (f32, f32) -> f32
  %8 = call @multiply(%7, %x) : (f32, f32) -> f32
  %slope = call @add(%8, %c) : (f32, f32) -> f32
  return %value, %slope : f32, f32
}
