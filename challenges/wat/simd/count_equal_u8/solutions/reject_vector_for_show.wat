;; reject: test_vector_work rule_broken - a vector instruction that has no part in the result
(module
  (memory (export "memory") 1)
  (func (export "count_equal_u8") (param $a i32) (param $n i32) (param $value i32) (result i32)
    (local $i i32) (local $wanted v128) (local $count i32)
    (local.set $wanted (i8x16.splat (local.get $value)))
    (drop (i8x16.eq (v128.load (local.get $a)) (local.get $wanted)))
    (block $end (loop $tail
      (br_if $end (i32.ge_u (local.get $i) (local.get $n)))
      (local.set $count
        (i32.add (local.get $count)
          (i32.eq (i32.load8_u (i32.add (local.get $a) (local.get $i))) (local.get $value))))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br $tail)))
    (local.get $count)))
