(module
  (func (export "gcd_u64") (param $a i64) (param $b i64) (result i64)
    (local $twos i64) (local $swap i64)
    (if (i64.eqz (local.get $a)) (then (return (local.get $b))))
    (if (i64.eqz (local.get $b)) (then (return (local.get $a))))
    (local.set $twos (i64.ctz (i64.or (local.get $a) (local.get $b))))
    (local.set $a (i64.shr_u (local.get $a) (i64.ctz (local.get $a))))
    (loop $again
      (local.set $b (i64.shr_u (local.get $b) (i64.ctz (local.get $b))))
      (if (i64.gt_u (local.get $a) (local.get $b))
        (then
          (local.set $swap (local.get $a))
          (local.set $a (local.get $b))
          (local.set $b (local.get $swap))))
      (local.set $b (i64.sub (local.get $b) (local.get $a)))
      (br_if $again (i64.ne (local.get $b) (i64.const 0))))
    (i64.shl (local.get $a) (local.get $twos))))
