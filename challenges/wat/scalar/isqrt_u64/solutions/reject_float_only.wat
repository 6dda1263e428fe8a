;; reject: test_around_squares wrong_answer - f64 rounds numbers above 2^53, and the root with them
(module
  (func (export "isqrt_u64") (param $n i64) (result i64)
    (i64.trunc_f64_u (f64.sqrt (f64.convert_i64_u (local.get $n))))))
