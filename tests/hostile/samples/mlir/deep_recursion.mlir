// verdict: crashed
// says: SIGSEGV
func.func @f(%m: memref<?xi64>, %x: i64) -> i64 {
  %r = func.call @f(%m, %x) : (memref<?xi64>, i64) -> i64
  %q = arith.divsi %r, %x : i64
  return %q : i64
}
