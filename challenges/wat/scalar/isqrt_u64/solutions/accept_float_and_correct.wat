(module
  (func (export "isqrt_u64") (param $n i64) (result i64)
    (local $root i64)
    (local.set $root (i64.trunc_f64_u (f64.sqrt (f64.convert_i64_u (local.get $n)))))
    (if (i64.gt_u (local.get $root) (i64.const 0xffffffff))
      (then (local.set $root (i64.const 0xffffffff))))
    (if (i64.gt_u (i64.mul (local.get $root) (local.get $root)) (local.get $n))
      (then (local.set $root (i64.sub (local.get $root) (i64.const 1)))))
    (local.get $root)))
