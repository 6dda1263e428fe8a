// verdict: crashed, timed_out, out_of_memory, build_failed, passed
func.func @f(%m: memref<?xi64>, %x: i64) -> i64 {
  %v = arith.constant dense<1> : vector<65536xi64>
  %w = arith.muli %v, %v : vector<65536xi64>
  %one = arith.constant 1 : i64
  %s = arith.muli %x, %x : i64
  %r = arith.addi %s, %one : i64
  return %r : i64
}
