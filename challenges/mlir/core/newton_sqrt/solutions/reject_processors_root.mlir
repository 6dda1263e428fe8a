// reject: test_without_limit wrong_answer - the root of the processor, without an iteration
func.func @newton_sqrt(%x: f64, %most: i32) -> (f64, i32) {
  %none = arith.constant 0 : i32
  %root = math.sqrt %x : f64
  return %root, %none : f64, i32
}
