;; reject: test_vector_work rule_broken - right, but one element at a time
(module
  (memory (export "memory") 1)
  (func (export "dot_i16") (param $a i32) (param $b i32) (param $n i32) (result i32)
    (local $i i32) (local $sum i32)
    (block $end (loop $tail
      (br_if $end (i32.ge_u (local.get $i) (local.get $n)))
      (local.set $sum
        (i32.add (local.get $sum)
          (i32.mul
            (i32.load16_s (i32.add (local.get $a) (i32.shl (local.get $i) (i32.const 1))))
            (i32.load16_s (i32.add (local.get $b) (i32.shl (local.get $i) (i32.const 1)))))))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br $tail)))
    (local.get $sum)))
