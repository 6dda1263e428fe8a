(module
  (memory (export "memory") 1)
  (func (export "mat4_mul_f32") (param $a i32) (param $b i32) (param $out i32) (param $n i32)
    (local $end i32) (local $x v128) (local $k i32)
    (local.set $end (i32.add (local.get $a) (i32.shl (local.get $n) (i32.const 6))))
    (block $done (loop $next
      (br_if $done (i32.ge_u (local.get $a) (local.get $end)))
      (local.set $x (v128.const i64x2 0 0))
      (local.set $k (i32.const 0))
      (loop $term
        (local.set $x
          (f32x4.add
            (f32x4.mul
              (v128.load (i32.add (local.get $b) (i32.shl (local.get $k) (i32.const 4))))
              (f32x4.splat
                (f32.load (i32.add (local.get $a) (i32.shl (local.get $k) (i32.const 2))))))
            (local.get $x)))
        (br_if $term (i32.lt_u (local.tee $k (i32.add (local.get $k) (i32.const 1))) (i32.const 4))))
      (v128.store (local.get $out) (local.get $x))
      (local.set $a (i32.add (local.get $a) (i32.const 16)))
      (local.set $out (i32.add (local.get $out) (i32.const 16)))
      (if
        (i32.eqz (i32.and (i32.sub (local.get $end) (local.get $a)) (i32.const 63)))
        (then (local.set $b (i32.add (local.get $b) (i32.const 64)))))
      (br $next)))))
