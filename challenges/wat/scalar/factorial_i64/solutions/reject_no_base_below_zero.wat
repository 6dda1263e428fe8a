;; reject: test_negative crashed - the recursion ends at 0 only, and a negative n passes it by
(module
  (func $factorial (export "factorial_i64") (param $n i32) (result i64)
    (if (result i64) (i32.eqz (local.get $n))
      (then (i64.const 1))
      (else (i64.mul (i64.extend_i32_s (local.get $n))
        (call $factorial (i32.sub (local.get $n) (i32.const 1))))))))
