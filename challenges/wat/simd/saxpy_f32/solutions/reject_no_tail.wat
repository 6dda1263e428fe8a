;; reject: test_every_length wrong_answer - leaves out the last n mod 4 elements
(module
  (memory (export "memory") 1)
  (func (export "saxpy_f32") (param $alpha f32) (param $x i32) (param $y i32) (param $n i32)
    (local $i i32) (local $full i32) (local $factor v128)
    (local.set $factor (f32x4.splat (local.get $alpha)))
    (local.set $full (i32.and (local.get $n) (i32.const -4)))
    (block $done (loop $next
      (br_if $done (i32.ge_u (local.get $i) (local.get $full)))
      (v128.store
        (i32.add (local.get $y) (i32.shl (local.get $i) (i32.const 2)))
        (f32x4.add
          (f32x4.mul (local.get $factor)
            (v128.load (i32.add (local.get $x) (i32.shl (local.get $i) (i32.const 2)))))
          (v128.load (i32.add (local.get $y) (i32.shl (local.get $i) (i32.const 2))))))
      (local.set $i (i32.add (local.get $i) (i32.const 4)))
      (br $next)))))
