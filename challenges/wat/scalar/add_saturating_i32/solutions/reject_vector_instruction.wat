;; reject: test_extremes build_failed - only vectors of small integers have a saturating addition
(module
  (func (export "add_saturating_i32") (param $a i32) (param $b i32) (result i32)
    (i32.add_sat_s (local.get $a) (local.get $b))))
