;; reject: test_nan wrong_answer - asks whether x is within the bounds, which a NaN never is
(module
  (func (export "clamp_f64") (param $x f64) (param $low f64) (param $high f64) (result f64)
    (select
      (select (local.get $x) (local.get $high) (f64.le (local.get $x) (local.get $high)))
      (local.get $low)
      (f64.ge (local.get $x) (local.get $low)))))
