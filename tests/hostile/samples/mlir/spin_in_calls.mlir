// verdict: timed_out, crashed
// wall_s: 1
func.func @f(%m: memref<?xi64>, %x: i64) -> i64 {
  %r = func.call @f(%m, %x) : (memref<?xi64>, i64) -> i64
  return %r : i64
}
