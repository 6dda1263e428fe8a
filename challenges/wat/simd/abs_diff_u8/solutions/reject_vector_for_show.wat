;; reject: test_vector_work rule_broken - a vector instruction that has no part in the result
(module
  (memory (export "memory") 1)
  (func (export "abs_diff_u8") (param $a i32) (param $b i32) (param $out i32) (param $n i32)
    (local $i i32) (local $d i32)
    (drop (i8x16.sub_sat_u (v128.load (local.get $a)) (v128.load (local.get $b))))
    (block $end (loop $tail
      (br_if $end (i32.ge_u (local.get $i) (local.get $n)))
      (local.set $d
        (i32.sub (i32.load8_u (i32.add (local.get $a) (local.get $i)))
          (i32.load8_u (i32.add (local.get $b) (local.get $i)))))
      (i32.store8 (i32.add (local.get $out) (local.get $i))
        (select (local.get $d)
          (i32.sub (i32.const 0) (local.get $d))
          (i32.gt_s (local.get $d) (i32.const 0))))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br $tail)))))
