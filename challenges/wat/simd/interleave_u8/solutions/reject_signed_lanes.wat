;; reject: test_every_value wrong_answer - sign bits of a spoil b
(module
  (memory (export "memory") 1)
  (func (export "interleave_u8") (param $a i32) (param $b i32) (param $out i32) (param $n i32)
    (local $i i32) (local $full i32) (local $x v128) (local $y v128)
    (local.set $full (i32.and (local.get $n) (i32.const -16)))
    (block $done (loop $next
      (br_if $done (i32.ge_u (local.get $i) (local.get $full)))
      (local.set $x (v128.load (i32.add (local.get $a) (local.get $i))))
      (local.set $y (v128.load (i32.add (local.get $b) (local.get $i))))
      (v128.store
        (i32.add (local.get $out) (i32.shl (local.get $i) (i32.const 1)))
        (v128.or (i16x8.extend_low_i8x16_s (local.get $x))
          (i16x8.shl (i16x8.extend_low_i8x16_s (local.get $y)) (i32.const 8))))
      (v128.store offset=16
        (i32.add (local.get $out) (i32.shl (local.get $i) (i32.const 1)))
        (v128.or (i16x8.extend_high_i8x16_s (local.get $x))
          (i16x8.shl (i16x8.extend_high_i8x16_s (local.get $y)) (i32.const 8))))
      (local.set $i (i32.add (local.get $i) (i32.const 16)))
      (br $next)))
    (block $end (loop $tail
      (br_if $end (i32.ge_u (local.get $i) (local.get $n)))
      (i32.store8
        (i32.add (local.get $out) (i32.shl (local.get $i) (i32.const 1)))
        (i32.load8_u (i32.add (local.get $a) (local.get $i))))
      (i32.store8 offset=1
        (i32.add (local.get $out) (i32.shl (local.get $i) (i32.const 1)))
        (i32.load8_u (i32.add (local.get $b) (local.get $i))))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br $tail)))))
