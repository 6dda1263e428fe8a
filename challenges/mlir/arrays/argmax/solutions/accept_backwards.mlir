// From the end: whatever is not less than the largest so far takes its place.
func.func @argmax(%values: memref<?xf32>) -> i64 {
  %0 = arith.constant 0 : index
  %1 = arith.constant 1 : index
  %none = arith.constant -1 : i64
  %lowest = arith.constant 0xFF800000 : f32
  %n = memref.dim %values, %0 : memref<?xf32>
  %left, %where, %top = scf.while (%k = %n, %best = %none, %top = %lowest) : (index, i64, f32) -> (index, i64, f32) {
    %more = arith.cmpi ne, %k, %0 : index
    scf.condition(%more) %k, %best, %top : index, i64, f32
  } do {
  ^bb0(%k: index, %best: i64, %top: f32):
    %i = arith.subi %k, %1 : index
    %value = memref.load %values[%i] : memref<?xf32>
    %reaches = arith.cmpf oge, %value, %top : f32
    %next, %next_top = scf.if %reaches -> (i64, f32) {
      %here = arith.index_cast %i : index to i64
      scf.yield %here, %value : i64, f32
    } else {
      scf.yield %best, %top : i64, f32
    }
    scf.yield %i, %next, %next_top : index, i64, f32
  }
  return %where : i64
}
