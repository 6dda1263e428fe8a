;; reject: test_unsigned crashed - converts as a signed integer, and the root of a negative is NaN
(module
  (func (export "isqrt_u64") (param $n i64) (result i64)
    (local $root i64)
    (local.set $root (i64.trunc_f64_s (f64.sqrt (f64.convert_i64_s (local.get $n)))))
    (if (i64.gt_s (i64.mul (local.get $root) (local.get $root)) (local.get $n))
      (then (local.set $root (i64.sub (local.get $root) (i64.const 1)))))
    (local.get $root)))
