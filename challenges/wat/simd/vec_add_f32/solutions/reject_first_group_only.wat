;; reject: test_vector_work rule_broken - only the first group goes through vectors
(module
  (memory (export "memory") 1)
  (func (export "vec_add_f32") (param $a i32) (param $b i32) (param $out i32) (param $n i32)
    (local $i i32) (local $full i32)
    (local.set $full (select (i32.const 4) (i32.const 0) (i32.ge_u (local.get $n) (i32.const 4))))
    (block $done (loop $next
      (br_if $done (i32.ge_u (local.get $i) (local.get $full)))
      (v128.store
        (i32.add (local.get $out) (i32.shl (local.get $i) (i32.const 2)))
        (f32x4.add
          (v128.load (i32.add (local.get $a) (i32.shl (local.get $i) (i32.const 2))))
          (v128.load (i32.add (local.get $b) (i32.shl (local.get $i) (i32.const 2))))))
      (local.set $i (i32.add (local.get $i) (i32.const 4)))
      (br $next)))
    (block $end (loop $tail
      (br_if $end (i32.ge_u (local.get $i) (local.get $n)))
      (f32.store
        (i32.add (local.get $out) (i32.shl (local.get $i) (i32.const 2)))
        (f32.add
          (f32.load (i32.add (local.get $a) (i32.shl (local.get $i) (i32.const 2))))
          (f32.load (i32.add (local.get $b) (i32.shl (local.get $i) (i32.const 2))))))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br $tail)))))
