(module
  (func (export "add_saturating_i32") (param $a i32) (param $b i32) (result i32)
    (local $sum i64)
    (local.set $sum (i64.add (i64.extend_i32_s (local.get $a)) (i64.extend_i32_s (local.get $b))))
    (if (i64.gt_s (local.get $sum) (i64.const 2147483647)) (then (return (i32.const 2147483647))))
    (if (i64.lt_s (local.get $sum) (i64.const -2147483648)) (then (return (i32.const -2147483648))))
    (i32.wrap_i64 (local.get $sum))))
