;; reject: test_negative timed_out - a negative n counts as a large unsigned one
(module
  (func (export "factorial_i64") (param $n i32) (result i64)
    (local $product i64)
    (local.set $product (i64.const 1))
    (block $done (loop $next
      (br_if $done (i32.lt_u (local.get $n) (i32.const 2)))
      (local.set $product (i64.mul (local.get $product) (i64.extend_i32_u (local.get $n))))
      (local.set $n (i32.sub (local.get $n) (i32.const 1)))
      (br $next)))
    (local.get $product)))
