;; reject: test_wraps_around crashed - adds as floats and converts back, which traps on overflow
(module
  (func (export "add") (param $a i32) (param $b i32) (result i32)
    (i32.trunc_f64_s
      (f64.add (f64.convert_i32_s (local.get $a)) (f64.convert_i32_s (local.get $b))))))
