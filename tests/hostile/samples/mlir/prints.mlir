// verdict: rule_broken
// says: vector.print
func.func @f(%m: memref<?xi64>, %x: i64) -> i64 {
  vector.print str "PASSED\n"
  %one = arith.constant 1 : i64
  %s = arith.muli %x, %x : i64
  %r = arith.addi %s, %one : i64
  return %r : i64
}
