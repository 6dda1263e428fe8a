;; reject: test_nan wrong_answer - NaN bounds make the result NaN
(module
  (func (export "clamp_f64") (param $x f64) (param $low f64) (param $high f64) (result f64)
    (f64.min (f64.max (local.get $x) (local.get $low)) (local.get $high))))
