// reject: test_whole_numbers wrong_answer - b without its factor 2
func.func @cubic(%x: f32, %a: f32, %b: f32, %c: f32, %d: f32) -> (f32, f32) {
  %two = arith.constant 2.0 : f32
  %three = arith.constant 3.0 : f32
  %ax = arith.mulf %a, %x : f32
  %p2 = arith.addf %ax, %b : f32
  %p2x = arith.mulf %p2, %x : f32
  %p1 = arith.addf %p2x, %c : f32
  %p1x = arith.mulf %p1, %x : f32
  %value = arith.addf %p1x, %d : f32
  %a3 = arith.mulf %three, %a : f32
  %b2 = arith.mulf %two, %b : f32
  %a3x = arith.mulf %a3, %x : f32
  %q1 = arith.addf %a3x, %b : f32
  %q1x = arith.mulf %q1, %x : f32
  %slope = arith.addf %q1x, %c : f32
  return %value, %slope : f32, f32
}
