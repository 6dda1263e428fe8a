;; reject: test_wraps_around wrong_answer - stops at the ends of the range instead of wrapping around
(module
  (func (export "multiply") (param $a i32) (param $b i32) (result i32)
    (local $product i64)
    (local.set $product
      (i64.mul (i64.extend_i32_s (local.get $a)) (i64.extend_i32_s (local.get $b))))
    (if (i64.gt_s (local.get $product) (i64.const 2147483647))
      (then (return (i32.const 2147483647))))
    (if (i64.lt_s (local.get $product) (i64.const -2147483648))
      (then (return (i32.const -2147483648))))
    (i32.wrap_i64 (local.get $product))))
