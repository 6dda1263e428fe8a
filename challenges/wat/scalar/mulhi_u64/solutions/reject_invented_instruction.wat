;; reject: test_random_pairs build_failed - there is no i64.mul_hi_u
(module
  (func (export "mulhi_u64") (param i64 i64) (result i64)
    local.get 0
    local.get 1
    i64.mul_hi_u))
