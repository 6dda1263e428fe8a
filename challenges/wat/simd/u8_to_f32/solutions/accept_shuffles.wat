(module
  (memory (export "memory") 1)
  (func (export "u8_to_f32") (param $a i32) (param $out i32) (param $n i32) (param $scale f32)
    (local $i i32) (local $full i32) (local $factor v128) (local $x v128) (local $zero v128)
    (local.set $factor (f32x4.splat (local.get $scale)))
    (local.set $full (i32.and (local.get $n) (i32.const -16)))
    (block $done (loop $next
      (br_if $done (i32.ge_u (local.get $i) (local.get $full)))
      (local.set $x (v128.load (i32.add (local.get $a) (local.get $i))))
      (v128.store
        (i32.add (local.get $out) (i32.shl (local.get $i) (i32.const 2)))
        (f32x4.mul
          (f32x4.convert_i32x4_u
            (i8x16.shuffle 0 16 16 16 1 16 16 16 2 16 16 16 3 16 16 16
              (local.get $x)
              (local.get $zero)))
          (local.get $factor)))
      (v128.store offset=16
        (i32.add (local.get $out) (i32.shl (local.get $i) (i32.const 2)))
        (f32x4.mul
          (f32x4.convert_i32x4_u
            (i8x16.shuffle 4 16 16 16 5 16 16 16 6 16 16 16 7 16 16 16
              (local.get $x)
              (local.get $zero)))
          (local.get $factor)))
      (v128.store offset=32
        (i32.add (local.get $out) (i32.shl (local.get $i) (i32.const 2)))
        (f32x4.mul
          (f32x4.convert_i32x4_u
            (i8x16.shuffle 8 16 16 16 9 16 16 16 10 16 16 16 11 16 16 16
              (local.get $x)
              (local.get $zero)))
          (local.get $factor)))
      (v128.store offset=48
        (i32.add (local.get $out) (i32.shl (local.get $i) (i32.const 2)))
        (f32x4.mul
          (f32x4.convert_i32x4_u
            (i8x16.shuffle 12 16 16 16 13 16 16 16 14 16 16 16 15 16 16 16
              (local.get $x)
              (local.get $zero)))
          (local.get $factor)))
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
