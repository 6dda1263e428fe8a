;; reject: test_vector_work rule_broken - a vector instruction that has no part in the result
(module
  (memory (export "memory") 1)
  (func (export "vec_mul_f32") (param $a i32) (param $b i32) (param $out i32) (param $n i32)
    (local $i i32)
    (drop (f32x4.mul (v128.const f32x4 1 2 3 4) (v128.const f32x4 5 6 7 8)))
    (block $end (loop $tail
      (br_if $end (i32.ge_u (local.get $i) (local.get $n)))
      (f32.store
        (i32.add (local.get $out) (i32.shl (local.get $i) (i32.const 2)))
        (f32.mul
          (f32.load (i32.add (local.get $a) (i32.shl (local.get $i) (i32.const 2))))
          (f32.load (i32.add (local.get $b) (i32.shl (local.get $i) (i32.const 2))))))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br $tail)))))
