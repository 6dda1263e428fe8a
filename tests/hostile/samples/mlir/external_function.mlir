// verdict: rule_broken
// says: there are no external functions
func.func private @_exit(i32)
func.func @f(%m: memref<?xi64>, %x: i64) -> i64 {
  %code = arith.constant 0 : i32
  func.call @_exit(%code) : (i32) -> ()
  %one = arith.constant 1 : i64
  %s = arith.muli %x, %x : i64
  %r = arith.addi %s, %one : i64
  return %r : i64
}
