;; reject: test_vector_work rule_broken - a vector instruction that has no part in the result
(module
  (memory (export "memory") 1)
  (func (export "clamp_f32") (param $a i32) (param $out i32) (param $n i32) (param $low f32)
    (param $high f32)
    (local $i i32) (local $lows v128) (local $highs v128) (local $x f32)
    (local.set $lows (f32x4.splat (local.get $low)))
    (local.set $highs (f32x4.splat (local.get $high)))
    (drop (f32x4.max (local.get $lows) (local.get $highs)))
    (block $end (loop $tail
      (br_if $end (i32.ge_u (local.get $i) (local.get $n)))
      (local.set $x (f32.load (i32.add (local.get $a) (i32.shl (local.get $i) (i32.const 2)))))
      (local.set $x
        (select (local.get $x) (local.get $low) (f32.gt (local.get $x) (local.get $low))))
      (f32.store
        (i32.add (local.get $out) (i32.shl (local.get $i) (i32.const 2)))
        (select (local.get $x) (local.get $high) (f32.lt (local.get $x) (local.get $high))))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br $tail)))))
