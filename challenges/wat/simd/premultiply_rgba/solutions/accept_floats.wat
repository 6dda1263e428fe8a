(module
  (memory (export "memory") 1)
  (func (export "premultiply_rgba") (param $a i32) (param $out i32) (param $n i32)
    (local $i i32) (local $p v128)
    (block $done (loop $next
      (br_if $done (i32.ge_u (local.get $i) (local.get $n)))
      (local.set $p
        (i32x4.extend_low_i16x8_u
          (i16x8.extend_low_i8x16_u
            (v128.load32_zero (i32.add (local.get $a) (i32.shl (local.get $i) (i32.const 2)))))))
      (local.set $p
        (i32x4.trunc_sat_f32x4_u
          (f32x4.nearest
            (f32x4.div
              (f32x4.mul (f32x4.convert_i32x4_u (local.get $p))
                (f32x4.replace_lane 3
                  (f32x4.splat (f32.convert_i32_u (i32x4.extract_lane 3 (local.get $p))))
                  (f32.const 255)))
              (f32x4.splat (f32.const 255))))))
      (v128.store32_lane 0
        (i32.add (local.get $out) (i32.shl (local.get $i) (i32.const 2)))
        (i8x16.shuffle 0 4 8 12 0 0 0 0 0 0 0 0 0 0 0 0 (local.get $p) (local.get $p)))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br $next)))))
