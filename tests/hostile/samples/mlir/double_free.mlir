// verdict: crashed
// says: freed it twice
func.func @f(%m: memref<?xi64>, %x: i64) -> i64 {
  %k = arith.index_cast %x : i64 to index
  %a = memref.alloc(%k) : memref<?xi64>
  memref.dealloc %a : memref<?xi64>
  memref.dealloc %a : memref<?xi64>
  %one = arith.constant 1 : i64
  %s = arith.muli %x, %x : i64
  %r = arith.addi %s, %one : i64
  return %r : i64
}
