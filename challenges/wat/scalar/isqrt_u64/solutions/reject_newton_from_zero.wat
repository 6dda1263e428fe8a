;; reject: test_small_values crashed - Newton's iteration divides by zero when n is 0
(module
  (func (export "isqrt_u64") (param $n i64) (result i64)
    (local $x i64) (local $y i64)
    (local.set $y (local.get $n))
    (loop $next
      (local.set $x (local.get $y))
      (local.set $y
        (i64.shr_u
          (i64.add (local.get $x) (i64.div_u (local.get $n) (local.get $x)))
          (i64.const 1)))
      (br_if $next (i64.lt_u (local.get $y) (local.get $x))))
    (local.get $x)))
