// The absolute value is taken at the end; the remainder by -1, which can trap, is never computed.
func.func @gcd(%a: i64, %b: i64) -> i64 {
  %zero = arith.constant 0 : i64
  %least = arith.constant 1 : i64
  %stop = arith.cmpi eq, %b, %zero : i64
  %result = scf.if %stop -> (i64) {
    %size = math.absi %a : i64
    scf.yield %size : i64
  } else {
    %size = math.absi %b : i64
    %unit = arith.cmpi eq, %size, %least : i64
    %inner = scf.if %unit -> (i64) {
      scf.yield %least : i64
    } else {
      %r = arith.remsi %a, %b : i64
      %d = func.call @gcd(%b, %r) : (i64, i64) -> i64
      scf.yield %d : i64
    }
    scf.yield %inner : i64
  }
  return %result : i64
}
