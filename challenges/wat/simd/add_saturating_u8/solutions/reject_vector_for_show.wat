;; reject: test_vector_work rule_broken - a vector instruction that has no part in the result
(module
  (memory (export "memory") 1)
  (func (export "add_saturating_u8") (param $a i32) (param $b i32) (param $out i32) (param $n i32)
    (local $i i32) (local $sum i32)
    (v128.store (i32.const 0)
      (i8x16.add_sat_u (v128.load (local.get $a)) (v128.load (local.get $b))))
    (block $end (loop $tail
      (br_if $end (i32.ge_u (local.get $i) (local.get $n)))
      (local.set $sum
        (i32.add (i32.load8_u (i32.add (local.get $a) (local.get $i)))
          (i32.load8_u (i32.add (local.get $b) (local.get $i)))))
      (i32.store8 (i32.add (local.get $out) (local.get $i))
        (select (local.get $sum) (i32.const 255) (i32.lt_u (local.get $sum) (i32.const 255))))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br $tail)))))
