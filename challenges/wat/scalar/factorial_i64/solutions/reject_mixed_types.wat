;; reject: test_fits build_failed - multiplies an i64 by an i32
(module
  (func $factorial (export "factorial_i64") (param $n i32) (result i64)
    (if (result i64) (i32.lt_s (local.get $n) (i32.const 2))
      (then (i64.const 1))
      (else (i64.mul (local.get $n)
        (call $factorial (i32.sub (local.get $n) (i32.const 1))))))))
