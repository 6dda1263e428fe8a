;; reject: test_nan wrong_answer - NaN stays NaN in the tail
(module
  (memory (export "memory") 1)
  (func (export "clamp_f32") (param $a i32) (param $out i32) (param $n i32) (param $low f32)
    (param $high f32)
    (local $i i32) (local $full i32) (local $lows v128) (local $highs v128)
    (local.set $lows (f32x4.splat (local.get $low)))
    (local.set $highs (f32x4.splat (local.get $high)))
    (local.set $full (i32.and (local.get $n) (i32.const -4)))
    (block $done (loop $next
      (br_if $done (i32.ge_u (local.get $i) (local.get $full)))
      (v128.store
        (i32.add (local.get $out) (i32.shl (local.get $i) (i32.const 2)))
        (f32x4.pmin
          (f32x4.pmax (local.get $lows)
            (v128.load (i32.add (local.get $a) (i32.shl (local.get $i) (i32.const 2)))))
          (local.get $highs)))
      (local.set $i (i32.add (local.get $i) (i32.const 4)))
      (br $next)))
    (block $end (loop $tail
      (br_if $end (i32.ge_u (local.get $i) (local.get $n)))
      (f32.store
        (i32.add (local.get $out) (i32.shl (local.get $i) (i32.const 2)))
        (f32.min
          (f32.max
            (f32.load (i32.add (local.get $a) (i32.shl (local.get $i) (i32.const 2))))
            (local.get $low))
          (local.get $high)))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br $tail)))))
