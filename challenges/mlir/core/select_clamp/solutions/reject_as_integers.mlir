// reject: test_numbers wrong_answer - compares the bits as integers, which orders negative numbers backwards
func.func @clamp(%x: f32, %low: f32, %high: f32) -> f32 {
  %bits = arith.bitcast %x : f32 to i32
  %low_bits = arith.bitcast %low : f32 to i32
  %high_bits = arith.bitcast %high : f32 to i32
  %raised = arith.maxsi %bits, %low_bits : i32
  %capped = arith.minsi %raised, %high_bits : i32
  %result = arith.bitcast %capped : i32 to f32
  return %result : f32
}
