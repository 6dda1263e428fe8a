;; reject: test_single_bits wrong_answer - the loop runs one time too few
(module
  (func (export "bit_reverse_i32") (param $x i32) (result i32)
    (local $result i32) (local $i i32)
    (loop $bit
      (local.set $result
        (i32.or (i32.shl (local.get $result) (i32.const 1)) (i32.and (local.get $x) (i32.const 1))))
      (local.set $x (i32.shr_u (local.get $x) (i32.const 1)))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br_if $bit (i32.lt_u (local.get $i) (i32.const 31))))
    (local.get $result)))
