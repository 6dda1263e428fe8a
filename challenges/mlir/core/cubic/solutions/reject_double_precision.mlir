// reject: test_rounding wrong_answer - computes in f64 and rounds once
func.func @cubic(%x: f32, %a: f32, %b: f32, %c: f32, %d: f32) -> (f32, f32) {
  %wx = arith.extf %x : f32 to f64
  %wa = arith.extf %a : f32 to f64
  %wb = arith.extf %b : f32 to f64
  %wc = arith.extf %c : f32 to f64
  %wd = arith.extf %d : f32 to f64
  %two = arith.constant 2.0 : f64
  %three = arith.constant 3.0 : f64
  %ax = arith.mulf %wa, %wx : f64
  %p2 = arith.addf %ax, %wb : f64
  %p2x = arith.mulf %p2, %wx : f64
  %p1 = arith.addf %p2x, %wc : f64
  %p1x = arith.mulf %p1, %wx : f64
  %value = arith.addf %p1x, %wd : f64
  %a3 = arith.mulf %three, %wa : f64
  %b2 = arith.mulf %two, %wb : f64
  %a3x = arith.mulf %a3, %wx : f64
  %q1 = arith.addf %a3x, %b2 : f64
  %q1x = arith.mulf %q1, %wx : f64
  %slope = arith.addf %q1x, %wc : f64
  %v = arith.truncf %value : f64 to f32
  %s = arith.truncf %slope : f64 to f32
  return %v, %s : f32, f32
}
