(module
  (memory (export "memory") 1)
  (func (export "vec_mul_f32") (param $a i32) (param $b i32) (param $out i32) (param $n i32)
    (local $i i32) (local $end i32) (local $full i32)
    (local.set $end (i32.shl (local.get $n) (i32.const 2)))
    (local.set $full (i32.and (local.get $end) (i32.const -16)))
    (block $vectors
      (br_if $vectors (i32.eqz (local.get $full)))
      (loop $next
        (v128.store (i32.add (local.get $out) (local.get $i))
          (f32x4.mul
            (v128.load (i32.add (local.get $a) (local.get $i)))
            (v128.load (i32.add (local.get $b) (local.get $i)))))
        (br_if $next
          (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 16))) (local.get $full)))))
    (block $rest
      (br_if $rest (i32.ge_u (local.get $i) (local.get $end)))
      (loop $next
        (f32.store (i32.add (local.get $out) (local.get $i))
          (f32.mul (f32.load (i32.add (local.get $a) (local.get $i)))
            (f32.load (i32.add (local.get $b) (local.get $i)))))
        (br_if $next
          (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 4))) (local.get $end)))))))
