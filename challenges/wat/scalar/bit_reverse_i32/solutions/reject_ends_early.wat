;; reject: test_single_bits wrong_answer - stops when no bits are left, without shifting to the top
(module
  (func (export "bit_reverse_i32") (param $x i32) (result i32)
    (local $result i32)
    (block $done (loop $bit
      (br_if $done (i32.eqz (local.get $x)))
      (local.set $result
        (i32.or (i32.shl (local.get $result) (i32.const 1)) (i32.and (local.get $x) (i32.const 1))))
      (local.set $x (i32.shr_u (local.get $x) (i32.const 1)))
      (br $bit)))
    (local.get $result)))
