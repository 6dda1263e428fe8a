;; reject: test_random_numbers wrong_answer - copies of the sign come in when shifting right
(module
  (func (export "bit_reverse_i32") (param $x i32) (result i32)
    (local.set $x (i32.or
      (i32.shr_s (i32.and (local.get $x) (i32.const 0xaaaaaaaa)) (i32.const 1))
      (i32.shl (i32.and (local.get $x) (i32.const 0x55555555)) (i32.const 1))))
    (local.set $x (i32.or
      (i32.shr_s (i32.and (local.get $x) (i32.const 0xcccccccc)) (i32.const 2))
      (i32.shl (i32.and (local.get $x) (i32.const 0x33333333)) (i32.const 2))))
    (local.set $x (i32.or
      (i32.shr_s (i32.and (local.get $x) (i32.const 0xf0f0f0f0)) (i32.const 4))
      (i32.shl (i32.and (local.get $x) (i32.const 0x0f0f0f0f)) (i32.const 4))))
    (local.set $x (i32.or
      (i32.shr_s (i32.and (local.get $x) (i32.const 0xff00ff00)) (i32.const 8))
      (i32.shl (i32.and (local.get $x) (i32.const 0x00ff00ff)) (i32.const 8))))
    (i32.rotl (local.get $x) (i32.const 16))))
