;; reject: test_every_length wrong_answer - rounds n up to full groups and writes past the end
(module
  (memory (export "memory") 1)
  (func (export "premultiply_rgba") (param $a i32) (param $out i32) (param $n i32)
    (local $i i32) (local $full i32) (local $x v128) (local $low v128) (local $high v128) (local $alpha i32)
    (local.set $full (i32.and (i32.add (local.get $n) (i32.const 3)) (i32.const -4)))
    (block $done (loop $next
      (br_if $done (i32.ge_u (local.get $i) (local.get $full)))
      (local.set $x (v128.load (i32.add (local.get $a) (i32.shl (local.get $i) (i32.const 2)))))
      (local.set $low
        (i16x8.add
          (i16x8.mul (i16x8.extend_low_i8x16_u (local.get $x))
            (i8x16.shuffle 3 16 3 16 3 16 3 16 7 16 7 16 7 16 7 16
              (local.get $x)
              (v128.const i64x2 0 0)))
          (i16x8.splat (i32.const 128))))
      (local.set $high
        (i16x8.add
          (i16x8.mul (i16x8.extend_high_i8x16_u (local.get $x))
            (i8x16.shuffle 11 16 11 16 11 16 11 16 15 16 15 16 15 16 15 16
              (local.get $x)
              (v128.const i64x2 0 0)))
          (i16x8.splat (i32.const 128))))
      (v128.store
        (i32.add (local.get $out) (i32.shl (local.get $i) (i32.const 2)))
        (v128.bitselect (local.get $x)
          (i8x16.narrow_i16x8_u
            (i16x8.shr_u
              (i16x8.add (local.get $low) (i16x8.shr_u (local.get $low) (i32.const 8)))
              (i32.const 8))
            (i16x8.shr_u
              (i16x8.add (local.get $high) (i16x8.shr_u (local.get $high) (i32.const 8)))
              (i32.const 8)))
          (i32x4.splat (i32.const 0xff000000))))
      (local.set $i (i32.add (local.get $i) (i32.const 4)))
      (br $next)))
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
