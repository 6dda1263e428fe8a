;; reject: test_vector_work rule_broken - a vector instruction that has no part in the result
(module
  (memory (export "memory") 1)
  (func (export "rgba_to_bgra") (param $a i32) (param $out i32) (param $n i32)
    (local $i i32) (local $x i32)
    (v128.store (i32.const 0)
      (i8x16.swizzle (v128.load (local.get $a))
        (v128.const i8x16 2 1 0 3 6 5 4 7 10 9 8 11 14 13 12 15)))
    (block $end (loop $tail
      (br_if $end (i32.ge_u (local.get $i) (local.get $n)))
      (local.set $x (i32.load (i32.add (local.get $a) (i32.shl (local.get $i) (i32.const 2)))))
      (i32.store
        (i32.add (local.get $out) (i32.shl (local.get $i) (i32.const 2)))
        (i32.or (i32.and (local.get $x) (i32.const 0xff00ff00))
          (i32.and (i32.rotl (local.get $x) (i32.const 16)) (i32.const 0x00ff00ff))))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br $tail)))))
