;; reject: test_numbers build_failed - floats have no signed and unsigned comparisons
(module
  (func (export "clamp_f64") (param $x f64) (param $low f64) (param $high f64) (result f64)
    (if (f64.lt_s (local.get $x) (local.get $low)) (then (return (local.get $low))))
    (if (f64.gt_s (local.get $x) (local.get $high)) (then (return (local.get $high))))
    (local.get $x)))
