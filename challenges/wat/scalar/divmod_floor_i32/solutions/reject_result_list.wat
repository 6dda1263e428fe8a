;; reject: test_small_values build_failed - gives two results, but declares one
(module
  (func (export "divmod_floor_i32") (param $a i32) (param $b i32) (result i32)
    (i32.div_s (local.get $a) (local.get $b))
    (i32.rem_s (local.get $a) (local.get $b))))
