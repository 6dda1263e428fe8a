;; reject: test_unaligned wrong_answer - rounds addresses down to multiples of 16
(module
  (memory (export "memory") 1)
  (func (export "sum_f32") (param $a i32) (param $n i32) (result f32)
    (local $i i32) (local $full i32) (local $sums v128) (local $sum f32)
    (local.set $a (i32.and (local.get $a) (i32.const -16)))
    (local.set $full (i32.and (local.get $n) (i32.const -4)))
    (block $done (loop $next
      (br_if $done (i32.ge_u (local.get $i) (local.get $full)))
      (local.set $sums
        (f32x4.add (local.get $sums)
          (v128.load (i32.add (local.get $a) (i32.shl (local.get $i) (i32.const 2))))))
      (local.set $i (i32.add (local.get $i) (i32.const 4)))
      (br $next)))
    (local.set $sum
      (f32.add
        (f32.add (f32x4.extract_lane 0 (local.get $sums)) (f32x4.extract_lane 1 (local.get $sums)))
        (f32.add (f32x4.extract_lane 2 (local.get $sums)) (f32x4.extract_lane 3 (local.get $sums)))))
    (block $end (loop $tail
      (br_if $end (i32.ge_u (local.get $i) (local.get $n)))
      (local.set $sum
        (f32.add (local.get $sum)
          (f32.load (i32.add (local.get $a) (i32.shl (local.get $i) (i32.const 2))))))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br $tail)))
    (local.get $sum)))
