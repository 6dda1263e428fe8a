;; reject: test_small_values build_failed - leaves a 64-bit product where 32 bits are returned
(module
  (func (export "multiply") (param $a i32) (param $b i32) (result i32)
    local.get $a
    i64.extend_i32_s
    local.get $b
    i64.extend_i32_s
    i64.mul))
