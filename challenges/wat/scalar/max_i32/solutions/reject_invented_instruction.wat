;; reject: test_signs_and_extremes build_failed - there is no i32.max
(module
  (func (export "max_i32") (param i32 i32) (result i32)
    local.get 0
    local.get 1
    i32.max))
