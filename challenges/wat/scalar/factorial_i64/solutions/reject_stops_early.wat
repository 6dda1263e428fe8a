;; reject: test_fits wrong_answer - the last factor is left out
(module
  (func (export "factorial_i64") (param $n i32) (result i64)
    (local $product i64) (local $i i32)
    (local.set $product (i64.const 1))
    (local.set $i (i32.const 1))
    (block $done (loop $next
      (br_if $done (i32.ge_s (local.get $i) (local.get $n)))
      (local.set $product (i64.mul (local.get $product) (i64.extend_i32_s (local.get $i))))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br $next)))
    (local.get $product)))
