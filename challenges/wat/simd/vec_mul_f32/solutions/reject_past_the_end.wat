;; reject: test_every_length wrong_answer - rounds n up to full groups and writes past the end
(module
  (memory (export "memory") 1)
  (func (export "vec_mul_f32") (param $a i32) (param $b i32) (param $out i32) (param $n i32)
    (local $i i32) (local $full i32)
    (local.set $full (i32.and (i32.add (local.get $n) (i32.const 3)) (i32.const -4)))
    (block $done (loop $next
      (br_if $done (i32.ge_u (local.get $i) (local.get $full)))
      (v128.store
        (i32.add (local.get $out) (i32.shl (local.get $i) (i32.const 2)))
        (f32x4.mul
          (v128.load (i32.add (local.get $a) (i32.shl (local.get $i) (i32.const 2))))
          (v128.load (i32.add (local.get $b) (i32.shl (local.get $i) (i32.const 2))))))
      (local.set $i (i32.add (local.get $i) (i32.const 4)))
      (br $next)))
    (block $end (loop $tail
      (br_if $end (i32.ge_u (local.get $i) (local.get $n)))
      (f32.store
        (i32.add (local.get $out) (i32.shl (local.get $i) (i32.const 2)))
        (f32.mul
          (f32.load (i32.add (local.get $a) (i32.shl (local.get $i) (i32.const 2))))
          (f32.load (i32.add (local.get $b) (i32.shl (local.get $i) (i32.const 2))))))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br $tail)))))
