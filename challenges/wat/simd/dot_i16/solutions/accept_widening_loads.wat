(module
  (memory (export "memory") 1)
  (func (export "dot_i16") (param $a i32) (param $b i32) (param $n i32) (result i32)
    (local $i i32) (local $full i32) (local $sums v128) (local $sum i32)
    (local.set $full (i32.and (local.get $n) (i32.const -8)))
    (block $done (loop $next
      (br_if $done (i32.ge_u (local.get $i) (local.get $full)))
      (local.set $sums
        (i32x4.add (local.get $sums)
          (i32x4.mul
            (v128.load16x4_s (i32.add (local.get $a) (i32.shl (local.get $i) (i32.const 1))))
            (v128.load16x4_s (i32.add (local.get $b) (i32.shl (local.get $i) (i32.const 1)))))))
      (local.set $sums
        (i32x4.add (local.get $sums)
          (i32x4.mul
            (v128.load16x4_s offset=8
              (i32.add (local.get $a) (i32.shl (local.get $i) (i32.const 1))))
            (v128.load16x4_s offset=8
              (i32.add (local.get $b) (i32.shl (local.get $i) (i32.const 1)))))))
      (local.set $i (i32.add (local.get $i) (i32.const 8)))
      (br $next)))
    (local.set $sum
      (i32.add
        (i32.add (i32x4.extract_lane 0 (local.get $sums)) (i32x4.extract_lane 1 (local.get $sums)))
        (i32.add (i32x4.extract_lane 2 (local.get $sums)) (i32x4.extract_lane 3 (local.get $sums)))))
    (block $end (loop $tail
      (br_if $end (i32.ge_u (local.get $i) (local.get $n)))
      (local.set $sum
        (i32.add (local.get $sum)
          (i32.mul
            (i32.load16_s (i32.add (local.get $a) (i32.shl (local.get $i) (i32.const 1))))
            (i32.load16_s (i32.add (local.get $b) (i32.shl (local.get $i) (i32.const 1)))))))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br $tail)))
    (local.get $sum)))
