;; reject: test_bytes wrong_answer - reverses the bytes, not the bits
(module
  (func (export "bit_reverse_i32") (param $x i32) (result i32)
    (i32.or
      (i32.and (i32.rotl (local.get $x) (i32.const 8)) (i32.const 0x00ff00ff))
      (i32.and (i32.rotr (local.get $x) (i32.const 8)) (i32.const 0xff00ff00)))))
