// Both results in one loop over the degrees, with the coefficients of each.
func.func @cubic(%x: f32, %a: f32, %b: f32, %c: f32, %d: f32) -> (f32, f32) {
  %0 = arith.constant 0 : index
  %1 = arith.constant 1 : index
  %3 = arith.constant 3 : index
  %two = arith.constant 2.0 : f32
  %three = arith.constant 3.0 : f32
  %a3 = arith.mulf %a, %three : f32
  %b2 = arith.mulf %b, %two : f32
  %value, %slope = scf.for %i = %0 to %3 step %1 iter_args(%p = %a, %q = %a3) -> (f32, f32) {
    %next = scf.index_switch %i -> f32
    case 0 {
      scf.yield %b : f32
    }
    case 1 {
      scf.yield %c : f32
    }
    default {
      scf.yield %d : f32
    }
    %px = arith.mulf %p, %x : f32
    %p_next = arith.addf %px, %next : f32
    %again = arith.cmpi ult, %i, %1 : index
    %two_left = arith.cmpi eq, %i, %1 : index
    %addend = arith.select %again, %b2, %c : f32
    %more = arith.ori %again, %two_left : i1
    %qx = arith.mulf %q, %x : f32
    %q_sum = arith.addf %qx, %addend : f32
    %q_next = arith.select %more, %q_sum, %q : f32
    scf.yield %p_next, %q_next : f32, f32
  }
  return %value, %slope : f32, f32
}
