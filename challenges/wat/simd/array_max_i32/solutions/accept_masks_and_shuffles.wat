(module
  (memory (export "memory") 1)
  (func (export "array_max_i32") (param $a i32) (param $n i32) (result i32)
    (local $i i32) (local $full i32) (local $most v128) (local $x v128)
    (local.set $most (v128.const i32x4 0x80000000 0x80000000 0x80000000 0x80000000))
    (local.set $full (i32.and (local.get $n) (i32.const -4)))
    (block $done (loop $next
      (br_if $done (i32.ge_u (local.get $i) (local.get $full)))
      (local.set $x (v128.load (i32.add (local.get $a) (i32.shl (local.get $i) (i32.const 2)))))
      (local.set $most
        (v128.bitselect (local.get $x)
          (local.get $most)
          (i32x4.gt_s (local.get $x) (local.get $most))))
      (local.set $i (i32.add (local.get $i) (i32.const 4)))
      (br $next)))
    (local.set $x
      (i8x16.shuffle 8 9 10 11 12 13 14 15 0 1 2 3 4 5 6 7 (local.get $most) (local.get $most)))
    (local.set $most
      (v128.bitselect (local.get $x)
        (local.get $most)
        (i32x4.gt_s (local.get $x) (local.get $most))))
    (local.set $x
      (i8x16.shuffle 4 5 6 7 0 1 2 3 12 13 14 15 8 9 10 11 (local.get $most) (local.get $most)))
    (local.set $most
      (v128.bitselect (local.get $x)
        (local.get $most)
        (i32x4.gt_s (local.get $x) (local.get $most))))
    (block $end (loop $tail
      (br_if $end (i32.ge_u (local.get $i) (local.get $n)))
      (local.set $most
        (i32x4.max_s (local.get $most)
          (v128.load32_splat (i32.add (local.get $a) (i32.shl (local.get $i) (i32.const 2))))))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br $tail)))
    (i32x4.extract_lane 0 (local.get $most))))
