;; reject: test_small_values build_failed - branches on an i64, but conditions are i32
(module
  (func $gcd (export "gcd_u64") (param $a i64) (param $b i64) (result i64)
    (if (result i64) (local.get $b)
      (then (call $gcd (local.get $b) (i64.rem_u (local.get $a) (local.get $b))))
      (else (local.get $a)))))
