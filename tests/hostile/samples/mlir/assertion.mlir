// verdict: crashed
// says: PASSED
func.func @f(%m: memref<?xi64>, %x: i64) -> i64 {
  %no = arith.constant false
  cf.assert %no, "PASSED"
  %one = arith.constant 1 : i64
  %s = arith.muli %x, %x : i64
  %r = arith.addi %s, %one : i64
  return %r : i64
}
