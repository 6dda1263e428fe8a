// verdict: rule_broken
// says: llvm.inttoptr
func.func @f(%m: memref<?xi64>, %x: i64) -> i64 {
  %p = llvm.inttoptr %x : i64 to !llvm.ptr
  %r = llvm.load %p : !llvm.ptr -> i64
  return %r : i64
}
