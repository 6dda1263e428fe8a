;; reject: test_vector_work rule_broken - right, but one element at a time
(module
  (memory (export "memory") 1)
  (func (export "premultiply_rgba") (param $a i32) (param $out i32) (param $n i32)
    (local $i i32) (local $alpha i32)
    (block $end (loop $tail
      (br_if $end (i32.ge_u (local.get $i) (local.get $n)))
      (local.set $alpha
        (i32.load8_u offset=3 (i32.add (local.get $a) (i32.shl (local.get $i) (i32.const 2)))))
      (i32.store8
        (i32.add (local.get $out) (i32.shl (local.get $i) (i32.const 2)))
        (i32.div_u
          (i32.add
            (i32.mul
              (i32.load8_u (i32.add (local.get $a) (i32.shl (local.get $i) (i32.const 2))))
              (local.get $alpha))
            (i32.const 127))
          (i32.const 255)))
      (i32.store8 offset=1
        (i32.add (local.get $out) (i32.shl (local.get $i) (i32.const 2)))
        (i32.div_u
          (i32.add
            (i32.mul
              (i32.load8_u offset=1 (i32.add (local.get $a) (i32.shl (local.get $i) (i32.const 2))))
              (local.get $alpha))
            (i32.const 127))
          (i32.const 255)))
      (i32.store8 offset=2
        (i32.add (local.get $out) (i32.shl (local.get $i) (i32.const 2)))
        (i32.div_u
          (i32.add
            (i32.mul
              (i32.load8_u offset=2 (i32.add (local.get $a) (i32.shl (local.get $i) (i32.const 2))))
              (local.get $alpha))
            (i32.const 127))
          (i32.const 255)))
      (i32.store8 offset=3
        (i32.add (local.get $out) (i32.shl (local.get $i) (i32.const 2)))
        (local.get $alpha))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br $tail)))))
