(module
  (func $swap (param $x i32) (param $mask i32) (param $count i32) (result i32)
    (i32.or
      (i32.and (i32.shr_u (local.get $x) (local.get $count)) (local.get $mask))
      (i32.shl (i32.and (local.get $x) (local.get $mask)) (local.get $count))))
  (func (export "bit_reverse_i32") (param $x i32) (result i32)
    (local.set $x (call $swap (local.get $x) (i32.const 0x55555555) (i32.const 1)))
    (local.set $x (call $swap (local.get $x) (i32.const 0x33333333) (i32.const 2)))
    (local.set $x (call $swap (local.get $x) (i32.const 0x0f0f0f0f) (i32.const 4)))
    (local.set $x (call $swap (local.get $x) (i32.const 0x00ff00ff) (i32.const 8)))
    (i32.rotl (local.get $x) (i32.const 16))))
