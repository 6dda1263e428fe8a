;; reject: test_single_bits build_failed - there is no i32.reverse_bits
(module
  (func (export "bit_reverse_i32") (param $x i32) (result i32)
    (i32.reverse_bits (local.get $x))))
