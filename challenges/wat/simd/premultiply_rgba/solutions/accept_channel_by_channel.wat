(module
  (memory (export "memory") 1)
  (func (export "premultiply_rgba") (param $a i32) (param $out i32) (param $n i32)
    (local $i i32) (local $full i32) (local $x v128) (local $y v128) (local $c v128) (local $alpha v128) (local $k i32)
    (local.set $full (i32.and (local.get $n) (i32.const -4)))
    (block $done (loop $next
      (br_if $done (i32.ge_u (local.get $i) (local.get $full)))
      (local.set $x (v128.load (i32.add (local.get $a) (i32.shl (local.get $i) (i32.const 2)))))
      (local.set $alpha (i32x4.shr_u (local.get $x) (i32.const 24)))
      (local.set $y (v128.and (local.get $x) (i32x4.splat (i32.const 0xff000000))))
      (local.set $c
        (i32x4.add
          (i32x4.mul
            (v128.and (i32x4.shr_u (local.get $x) (i32.const 0)) (i32x4.splat (i32.const 0xff)))
            (local.get $alpha))
          (i32x4.splat (i32.const 128))))
      (local.set $y
        (v128.or (local.get $y)
          (i32x4.shl
            (i32x4.shr_u (i32x4.mul (local.get $c) (i32x4.splat (i32.const 257))) (i32.const 16))
            (i32.const 0))))
      (local.set $c
        (i32x4.add
          (i32x4.mul
            (v128.and (i32x4.shr_u (local.get $x) (i32.const 8)) (i32x4.splat (i32.const 0xff)))
            (local.get $alpha))
          (i32x4.splat (i32.const 128))))
      (local.set $y
        (v128.or (local.get $y)
          (i32x4.shl
            (i32x4.shr_u (i32x4.mul (local.get $c) (i32x4.splat (i32.const 257))) (i32.const 16))
            (i32.const 8))))
      (local.set $c
        (i32x4.add
          (i32x4.mul
            (v128.and (i32x4.shr_u (local.get $x) (i32.const 16)) (i32x4.splat (i32.const 0xff)))
            (local.get $alpha))
          (i32x4.splat (i32.const 128))))
      (local.set $y
        (v128.or (local.get $y)
          (i32x4.shl
            (i32x4.shr_u (i32x4.mul (local.get $c) (i32x4.splat (i32.const 257))) (i32.const 16))
            (i32.const 16))))
      (v128.store (i32.add (local.get $out) (i32.shl (local.get $i) (i32.const 2))) (local.get $y))
      (local.set $i (i32.add (local.get $i) (i32.const 4)))
      (br $next)))
    (local.set $k (i32.shl (i32.and (local.get $n) (i32.const 3)) (i32.const 2)))
    (memory.copy (i32.const 0)
      (i32.add (local.get $a) (i32.shl (local.get $i) (i32.const 2)))
      (local.get $k))
    (local.set $x (v128.load (i32.const 0)))
    (local.set $alpha (i32x4.shr_u (local.get $x) (i32.const 24)))
    (local.set $y (v128.and (local.get $x) (i32x4.splat (i32.const 0xff000000))))
    (local.set $c
      (i32x4.add
        (i32x4.mul
          (v128.and (i32x4.shr_u (local.get $x) (i32.const 0)) (i32x4.splat (i32.const 0xff)))
          (local.get $alpha))
        (i32x4.splat (i32.const 128))))
    (local.set $y
      (v128.or (local.get $y)
        (i32x4.shl
          (i32x4.shr_u (i32x4.mul (local.get $c) (i32x4.splat (i32.const 257))) (i32.const 16))
          (i32.const 0))))
    (local.set $c
      (i32x4.add
        (i32x4.mul
          (v128.and (i32x4.shr_u (local.get $x) (i32.const 8)) (i32x4.splat (i32.const 0xff)))
          (local.get $alpha))
        (i32x4.splat (i32.const 128))))
    (local.set $y
      (v128.or (local.get $y)
        (i32x4.shl
          (i32x4.shr_u (i32x4.mul (local.get $c) (i32x4.splat (i32.const 257))) (i32.const 16))
          (i32.const 8))))
    (local.set $c
      (i32x4.add
        (i32x4.mul
          (v128.and (i32x4.shr_u (local.get $x) (i32.const 16)) (i32x4.splat (i32.const 0xff)))
          (local.get $alpha))
        (i32x4.splat (i32.const 128))))
    (local.set $y
      (v128.or (local.get $y)
        (i32x4.shl
          (i32x4.shr_u (i32x4.mul (local.get $c) (i32x4.splat (i32.const 257))) (i32.const 16))
          (i32.const 16))))
    (v128.store (i32.const 0) (local.get $y))
    (memory.copy
      (i32.add (local.get $out) (i32.shl (local.get $i) (i32.const 2)))
      (i32.const 0)
      (local.get $k))))
