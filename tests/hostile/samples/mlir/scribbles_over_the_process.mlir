// verdict: crashed, rule_broken, wrong_answer
// wall_s: 5
func.func @f(%m: memref<?xi64>, %x: i64) -> i64 {
  %zero = arith.constant 0 : index
  %step = arith.constant 1 : index
  %down = memref.extract_aligned_pointer_as_index %m : memref<?xi64> -> index
  %eight = arith.constant 8 : index
  %back = arith.constant 16777216 : index
  %bytes = arith.subi %zero, %back : index
  %start = arith.divui %bytes, %eight : index
  %n = arith.constant 1000000000 : index
  scf.for %i = %zero to %n step %step {
    %at = arith.subi %start, %i : index
    memref.store %x, %m[%at] : memref<?xi64>
  }
  %one = arith.constant 1 : i64
  %s = arith.muli %x, %x : i64
  %r = arith.addi %s, %one : i64
  return %r : i64
}
