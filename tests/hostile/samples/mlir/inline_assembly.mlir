// verdict: rule_broken
// says: llvm.inline_asm
func.func @f(%m: memref<?xi64>, %x: i64) -> i64 {
  llvm.inline_asm has_side_effects "syscall", "" : () -> ()
  %one = arith.constant 1 : i64
  %s = arith.muli %x, %x : i64
  %r = arith.addi %s, %one : i64
  return %r : i64
}
