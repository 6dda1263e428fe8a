;; reject: test_vector_work rule_broken - a vector instruction that has no part in the result
(module
  (memory (export "memory") 1)
  (func (export "sum_f32") (param $a i32) (param $n i32) (result f32)
    (local $i i32) (local $sums v128) (local $sum f32)
    (local.set $sums (f32x4.add (local.get $sums) (v128.load (local.get $a))))
    (block $end (loop $tail
      (br_if $end (i32.ge_u (local.get $i) (local.get $n)))
      (local.set $sum
        (f32.add (local.get $sum)
          (f32.load (i32.add (local.get $a) (i32.shl (local.get $i) (i32.const 2))))))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br $tail)))
    (local.get $sum)))
