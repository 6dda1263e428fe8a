// verdict: crashed
// says: for its nesting
func.func @f(%m: memref<?xi64>, %x: i64) -> i64 {
  %c = arith.constant true
@NEST@  %one = arith.constant 1 : i64
  %s = arith.muli %x, %x : i64
  %r = arith.addi %s, %one : i64
  return %r : i64
}
