// verdict: crashed, timed_out, out_of_memory, build_failed
func.func @f(%m: memref<?xi64>, %x: i64) -> i64 {
  %w = arith.extsi %x : i64 to i8000000
  %q = arith.muli %w, %w : i8000000
  %r = arith.trunci %q : i8000000 to i64
  return %r : i64
}
