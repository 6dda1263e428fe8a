// verdict: build_failed
// says: choose another
func.func @_mlir_f(%p: index) {
  return
}
func.func @f(%m: memref<?xi64>, %x: i64) -> i64 {
  %one = arith.constant 1 : i64
  %s = arith.muli %x, %x : i64
  %r = arith.addi %s, %one : i64
  return %r : i64
}
