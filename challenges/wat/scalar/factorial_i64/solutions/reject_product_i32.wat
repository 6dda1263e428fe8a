;; reject: test_fits wrong_answer - multiplies 32 bits and widens only the result
(module
  (func (export "factorial_i64") (param $n i32) (result i64)
    (local $product i32)
    (local.set $product (i32.const 1))
    (block $done (loop $next
      (br_if $done (i32.le_s (local.get $n) (i32.const 1)))
      (local.set $product (i32.mul (local.get $product) (local.get $n)))
      (local.set $n (i32.sub (local.get $n) (i32.const 1)))
      (br $next)))
    (i64.extend_i32_s (local.get $product))))
