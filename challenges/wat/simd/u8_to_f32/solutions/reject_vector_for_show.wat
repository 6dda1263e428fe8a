;; reject: test_vector_work rule_broken - a vector instruction that has no part in the result
(module
  (memory (export "memory") 1)
  (func (export "u8_to_f32") (param $a i32) (param $out i32) (param $n i32) (param $scale f32)
    (local $i i32) (local $factor v128)
    (local.set $factor (f32x4.splat (local.get $scale)))
    (drop (f32x4.mul (local.get $factor) (local.get $factor)))
    (block $end (loop $tail
      (br_if $end (i32.ge_u (local.get $i) (local.get $n)))
      (f32.store
        (i32.add (local.get $out) (i32.shl (local.get $i) (i32.const 2)))
        (f32.mul (local.get $scale)
          (f32.convert_i32_u (i32.load8_u (i32.add (local.get $a) (local.get $i))))))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br $tail)))))
