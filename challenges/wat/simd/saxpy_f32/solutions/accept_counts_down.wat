(module
  (memory (export "memory") 1)
  (func (export "saxpy_f32") (param $alpha f32) (param $x i32) (param $y i32) (param $n i32)
    (block $few (loop $next
      (br_if $few (i32.lt_u (local.get $n) (i32.const 4)))
      (local.set $n (i32.sub (local.get $n) (i32.const 4)))
      (v128.store
        (i32.add (local.get $y) (i32.shl (local.get $n) (i32.const 2)))
        (f32x4.add
          (v128.load (i32.add (local.get $y) (i32.shl (local.get $n) (i32.const 2))))
          (f32x4.mul
            (v128.load (i32.add (local.get $x) (i32.shl (local.get $n) (i32.const 2))))
            (f32x4.splat (local.get $alpha)))))
      (br $next)))
    (block $end (loop $next
      (br_if $end (i32.eqz (local.get $n)))
      (local.set $n (i32.sub (local.get $n) (i32.const 1)))
      (f32.store
        (i32.add (local.get $y) (i32.shl (local.get $n) (i32.const 2)))
        (f32.add
          (f32.load (i32.add (local.get $y) (i32.shl (local.get $n) (i32.const 2))))
          (f32.mul
            (f32.load (i32.add (local.get $x) (i32.shl (local.get $n) (i32.const 2))))
            (local.get $alpha))))
      (br $next)))))
