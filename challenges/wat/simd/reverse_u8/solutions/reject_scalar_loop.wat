;; reject: test_vector_work rule_broken - right, but one element at a time
(module
  (memory (export "memory") 1)
  (func (export "reverse_u8") (param $a i32) (param $out i32) (param $n i32)
    (local $i i32)
    (block $end (loop $tail
      (br_if $end (i32.ge_u (local.get $i) (local.get $n)))
      (i32.store8 (i32.add (local.get $out) (local.get $i))
        (i32.load8_u
          (i32.add (local.get $a) (i32.sub (i32.sub (local.get $n) (local.get $i)) (i32.const 1)))))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br $tail)))))
