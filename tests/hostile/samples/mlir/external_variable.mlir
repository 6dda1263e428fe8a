// verdict: rule_broken
// says: there are no external variables
memref.global "private" @environ : memref<1xi64>
func.func @f(%m: memref<?xi64>, %x: i64) -> i64 {
  %zero = arith.constant 0 : index
  %step = arith.constant 1 : index
  %g = memref.get_global @environ : memref<1xi64>
  %r = memref.load %g[%zero] : memref<1xi64>
  return %r : i64
}
