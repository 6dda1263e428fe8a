;; reject: test_numbers wrong_answer - takes high before low
(module
  (func (export "clamp_f64") (param $x f64) (param $high f64) (param $low f64) (result f64)
    (if (f64.lt (local.get $x) (local.get $low)) (then (return (local.get $low))))
    (if (f64.gt (local.get $x) (local.get $high)) (then (return (local.get $high))))
    (local.get $x)))
