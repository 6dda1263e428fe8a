(module
  (memory (export "memory") 1)
  (func (export "u8_to_f32") (param $a i32) (param $out i32) (param $n i32) (param $scale f32)
    (local $i i32) (local $full i32) (local $factor v128) (local $x v128) (local $y v128)
    (local.set $factor (f32x4.splat (local.get $scale)))
    (local.set $full (i32.and (local.get $n) (i32.const -16)))
    (block $done (loop $next
      (br_if $done (i32.ge_u (local.get $i) (local.get $full)))
      (local.set $x (v128.load8x8_u (i32.add (local.get $a) (local.get $i))))
      (local.set $y (v128.load8x8_u offset=8 (i32.add (local.get $a) (local.get $i))))
      (v128.store
        (i32.add (local.get $out) (i32.shl (local.get $i) (i32.const 2)))
        (f32x4.mul (local.get $factor)
          (f32x4.convert_i32x4_u (i32x4.extend_low_i16x8_u (local.get $x)))))
      (v128.store offset=16
        (i32.add (local.get $out) (i32.shl (local.get $i) (i32.const 2)))
        (f32x4.mul (local.get $factor)
          (f32x4.convert_i32x4_u (i32x4.extend_high_i16x8_u (local.get $x)))))
      (v128.store offset=32
        (i32.add (local.get $out) (i32.shl (local.get $i) (i32.const 2)))
        (f32x4.mul (local.get $factor)
          (f32x4.convert_i32x4_u (i32x4.extend_low_i16x8_u (local.get $y)))))
      (v128.store offset=48
        (i32.add (local.get $out) (i32.shl (local.get $i) (i32.const 2)))
        (f32x4.mul (local.get $factor)
          (f32x4.convert_i32x4_u (i32x4.extend_high_i16x8_u (local.get $y)))))
      (local.set $i (i32.add (local.get $i) (i32.const 16)))
      (br $next)))
    (block $end (loop $tail
      (br_if $end (i32.ge_u (local.get $i) (local.get $n)))
      (f32.store
        (i32.add (local.get $out) (i32.shl (local.get $i) (i32.const 2)))
        (f32.mul (local.get $scale)
          (f32.convert_i32_u (i32.load8_u (i32.add (local.get $a) (local.get $i))))))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br $tail)))))
