;; reject: test_vector_work rule_broken - right, but one element at a time
(module
  (memory (export "memory") 1)
  (func (export "to_lower_ascii") (param $text i32) (param $n i32)
    (local $i i32) (local $c i32)
    (block $end (loop $tail
      (br_if $end (i32.ge_u (local.get $i) (local.get $n)))
      (local.set $c (i32.load8_u (i32.add (local.get $text) (local.get $i))))
      (if
        (i32.lt_u (i32.sub (local.get $c) (i32.const 65)) (i32.const 26))
        (then
          (i32.store8 (i32.add (local.get $text) (local.get $i))
            (i32.add (local.get $c) (i32.const 32)))))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br $tail)))))
