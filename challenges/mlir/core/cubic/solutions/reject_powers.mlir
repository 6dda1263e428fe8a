// reject: test_rounding wrong_answer - adds up powers of x, which rounds in another order
func.func @cubic(%x: f32, %a: f32, %b: f32, %c: f32, %d: f32) -> (f32, f32) {
  %two = arith.constant 2.0 : f32
  %three = arith.constant 3.0 : f32
  %xx = arith.mulf %x, %x : f32
  %xxx = arith.mulf %xx, %x : f32
  %t3 = arith.mulf %a, %xxx : f32
  %t2 = arith.mulf %b, %xx : f32
  %t1 = arith.mulf %c, %x : f32
  %s3 = arith.addf %t3, %t2 : f32
  %s2 = arith.addf %s3, %t1 : f32
  %value = arith.addf %s2, %d : f32
  %a3 = arith.mulf %three, %a : f32
  %u2 = arith.mulf %a3, %xx : f32
  %b2 = arith.mulf %two, %b : f32
  %u1 = arith.mulf %b2, %x : f32
  %v2 = arith.addf %u2, %u1 : f32
  %slope = arith.addf %v2, %c : f32
  return %value, %slope : f32, f32
}
