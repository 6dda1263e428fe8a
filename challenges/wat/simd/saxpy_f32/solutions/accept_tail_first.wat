(module
  (memory (export "memory") 1)
  (func (export "saxpy_f32") (param $alpha f32) (param $x i32) (param $y i32) (param $n i32)
    (local $i i32) (local $factor v128) (local $head i32)
    (local.set $factor (f32x4.splat (local.get $alpha)))
    (local.set $head (i32.and (local.get $n) (i32.const 3)))
    (block $end (loop $tail
      (br_if $end (i32.ge_u (local.get $i) (local.get $head)))
      (f32.store
        (i32.add (local.get $y) (i32.shl (local.get $i) (i32.const 2)))
        (f32.add
          (f32.mul (local.get $alpha)
            (f32.load (i32.add (local.get $x) (i32.shl (local.get $i) (i32.const 2)))))
          (f32.load (i32.add (local.get $y) (i32.shl (local.get $i) (i32.const 2))))))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br $tail)))
    (block $done (loop $next
      (br_if $done (i32.ge_u (local.get $i) (local.get $n)))
      (v128.store
        (i32.add (local.get $y) (i32.shl (local.get $i) (i32.const 2)))
        (f32x4.add
          (f32x4.mul (local.get $factor)
            (v128.load (i32.add (local.get $x) (i32.shl (local.get $i) (i32.const 2)))))
          (v128.load (i32.add (local.get $y) (i32.shl (local.get $i) (i32.const 2))))))
      (local.set $i (i32.add (local.get $i) (i32.const 4)))
      (br $next)))))
