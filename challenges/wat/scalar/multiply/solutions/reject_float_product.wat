;; reject: test_wraps_around wrong_answer - a float holds the product, and its lowest bits are lost
(module
  (func (export "multiply") (param $a i32) (param $b i32) (result i32)
    (i32.wrap_i64 (i64.trunc_sat_f64_s
      (f64.mul (f64.convert_i32_s (local.get $a)) (f64.convert_i32_s (local.get $b)))))))
