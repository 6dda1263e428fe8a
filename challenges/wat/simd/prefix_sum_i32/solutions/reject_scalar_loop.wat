;; reject: test_vector_work rule_broken - right, but one element at a time
(module
  (memory (export "memory") 1)
  (func (export "prefix_sum_i32") (param $a i32) (param $out i32) (param $n i32)
    (local $i i32) (local $sum i32)
    (block $end (loop $tail
      (br_if $end (i32.ge_u (local.get $i) (local.get $n)))
      (local.set $sum
        (i32.add (local.get $sum)
          (i32.load (i32.add (local.get $a) (i32.shl (local.get $i) (i32.const 2))))))
      (i32.store (i32.add (local.get $out) (i32.shl (local.get $i) (i32.const 2))) (local.get $sum))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br $tail)))))
