(module
  (func (export "mulhi_u64") (param $a i64) (param $b i64) (result i64)
    (local $high i64) (local $carry i64) (local $i i32)
    (loop $bit
      (local.set $carry (i64.const 0))
      (if (i32.wrap_i64 (i64.and (local.get $b) (i64.const 1)))
        (then
          (local.set $high (i64.add (local.get $high) (local.get $a)))
          (local.set $carry (i64.extend_i32_u (i64.lt_u (local.get $high) (local.get $a))))))
      (local.set $high
        (i64.or
          (i64.shr_u (local.get $high) (i64.const 1))
          (i64.shl (local.get $carry) (i64.const 63))))
      (local.set $b (i64.shr_u (local.get $b) (i64.const 1)))
      (br_if $bit
        (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 64))))
    (local.get $high)))
