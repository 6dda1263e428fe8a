// verdict: passed, build_failed, crashed
module attributes {llvm.target_triple = "wasm32-unknown-unknown", llvm.data_layout = "e-p:32:32"} {
func.func @f(%m: memref<?xi64>, %x: i64) -> i64 {
  %one = arith.constant 1 : i64
  %s = arith.muli %x, %x : i64
  %r = arith.addi %s, %one : i64
  return %r : i64
}
}
