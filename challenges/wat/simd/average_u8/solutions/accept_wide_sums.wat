(module
  (memory (export "memory") 1)
  (func (export "average_u8") (param $a i32) (param $b i32) (param $out i32) (param $n i32)
    (local $i i32) (local $full i32) (local $x v128) (local $y v128)
    (local.set $full (i32.and (local.get $n) (i32.const -16)))
    (block $done (loop $next
      (br_if $done (i32.ge_u (local.get $i) (local.get $full)))
      (local.set $x (v128.load (i32.add (local.get $a) (local.get $i))))
      (local.set $y (v128.load (i32.add (local.get $b) (local.get $i))))
      (v128.store (i32.add (local.get $out) (local.get $i))
        (i8x16.narrow_i16x8_u
          (i16x8.shr_u
            (i16x8.add
              (i16x8.add (i16x8.extend_low_i8x16_u (local.get $x))
                (i16x8.extend_low_i8x16_u (local.get $y)))
              (i16x8.splat (i32.const 1)))
            (i32.const 1))
          (i16x8.shr_u
            (i16x8.add
              (i16x8.add (i16x8.extend_high_i8x16_u (local.get $x))
                (i16x8.extend_high_i8x16_u (local.get $y)))
              (i16x8.splat (i32.const 1)))
            (i32.const 1))))
      (local.set $i (i32.add (local.get $i) (i32.const 16)))
      (br $next)))
    (block $end (loop $tail
      (br_if $end (i32.ge_u (local.get $i) (local.get $n)))
      (i32.store8 (i32.add (local.get $out) (local.get $i))
        (i32.shr_u
          (i32.add
            (i32.add
              (i32.load8_u (i32.add (local.get $a) (local.get $i)))
              (i32.load8_u (i32.add (local.get $b) (local.get $i))))
            (i32.const 1))
          (i32.const 1)))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br $tail)))))
