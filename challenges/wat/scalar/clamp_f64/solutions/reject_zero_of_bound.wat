;; reject: test_zeros wrong_answer - returns the bound where x equals it, with another sign of zero
(module
  (func (export "clamp_f64") (param $x f64) (param $low f64) (param $high f64) (result f64)
    (if (f64.le (local.get $x) (local.get $low)) (then (return (local.get $low))))
    (if (f64.ge (local.get $x) (local.get $high)) (then (return (local.get $high))))
    (local.get $x)))
