(module
  (memory (export "memory") 1)
  (func (export "sum_f32") (param $a i32) (param $n i32) (result f32)
    (local $i i32) (local $first v128) (local $second v128) (local $sum f32)
    (block $done (loop $next
      (br_if $done (i32.ge_u (local.get $i) (i32.and (local.get $n) (i32.const -8))))
      (local.set $first
        (f32x4.add (local.get $first)
          (v128.load (i32.add (local.get $a) (i32.shl (local.get $i) (i32.const 2))))))
      (local.set $second
        (f32x4.add (local.get $second)
          (v128.load offset=16 (i32.add (local.get $a) (i32.shl (local.get $i) (i32.const 2))))))
      (local.set $i (i32.add (local.get $i) (i32.const 8)))
      (br $next)))
    (if
      (i32.and (local.get $n) (i32.const 4))
      (then
        (local.set $first
          (f32x4.add (local.get $first)
            (v128.load (i32.add (local.get $a) (i32.shl (local.get $i) (i32.const 2))))))
        (local.set $i (i32.add (local.get $i) (i32.const 4)))))
    (local.set $first (f32x4.add (local.get $first) (local.get $second)))
    (local.set $first
      (f32x4.add (local.get $first)
        (i8x16.shuffle 8 9 10 11 12 13 14 15 0 1 2 3 4 5 6 7 (local.get $first) (local.get $first))))
    (local.set $sum
      (f32.add (f32x4.extract_lane 0 (local.get $first)) (f32x4.extract_lane 1 (local.get $first))))
    (block $end (loop $tail
      (br_if $end (i32.ge_u (local.get $i) (local.get $n)))
      (local.set $sum
        (f32.add (local.get $sum)
          (f32.load (i32.add (local.get $a) (i32.shl (local.get $i) (i32.const 2))))))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br $tail)))
    (local.get $sum)))
