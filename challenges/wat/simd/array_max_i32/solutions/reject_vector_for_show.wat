;; reject: test_vector_work rule_broken - a vector instruction that has no part in the result
(module
  (memory (export "memory") 1)
  (func (export "array_max_i32") (param $a i32) (param $n i32) (result i32)
    (local $i i32) (local $most v128) (local $best i32) (local $x i32)
    (local.set $most (i32x4.splat (i32.const 0x80000000)))
    (local.set $best (i32.const 0x80000000))
    (local.set $most (i32x4.max_s (local.get $most) (v128.load (local.get $a))))
    (block $end (loop $tail
      (br_if $end (i32.ge_u (local.get $i) (local.get $n)))
      (local.set $x (i32.load (i32.add (local.get $a) (i32.shl (local.get $i) (i32.const 2)))))
      (local.set $best
        (select (local.get $x) (local.get $best) (i32.gt_s (local.get $x) (local.get $best))))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br $tail)))
    (local.get $best)))
