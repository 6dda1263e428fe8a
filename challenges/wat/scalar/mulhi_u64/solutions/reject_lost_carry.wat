;; reject: test_carries wrong_answer - the sum of the cross products overflows 64 bits
(module
  (func (export "mulhi_u64") (param $a i64) (param $b i64) (result i64)
    (local $a0 i64) (local $a1 i64) (local $b0 i64) (local $b1 i64) (local $mid i64)
    (local.set $a0 (i64.and (local.get $a) (i64.const 0xffffffff)))
    (local.set $a1 (i64.shr_u (local.get $a) (i64.const 32)))
    (local.set $b0 (i64.and (local.get $b) (i64.const 0xffffffff)))
    (local.set $b1 (i64.shr_u (local.get $b) (i64.const 32)))
    (local.set $mid
      (i64.add
        (i64.add
          (i64.mul (local.get $a1) (local.get $b0))
          (i64.mul (local.get $a0) (local.get $b1)))
        (i64.shr_u (i64.mul (local.get $a0) (local.get $b0)) (i64.const 32))))
    (i64.add
      (i64.mul (local.get $a1) (local.get $b1))
      (i64.shr_u (local.get $mid) (i64.const 32)))))
