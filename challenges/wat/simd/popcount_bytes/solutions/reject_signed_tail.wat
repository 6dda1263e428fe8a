;; reject: test_every_value wrong_answer - the tail reads signed bytes and counts their 24 sign bits
(module
  (memory (export "memory") 1)
  (func (export "popcount_bytes") (param $a i32) (param $n i32) (result i32)
    (local $i i32) (local $full i32) (local $counts v128) (local $count i32)
    (local.set $full (i32.and (local.get $n) (i32.const -16)))
    (block $done (loop $next
      (br_if $done (i32.ge_u (local.get $i) (local.get $full)))
      (local.set $counts
        (i32x4.add (local.get $counts)
          (i32x4.extadd_pairwise_i16x8_u
            (i16x8.extadd_pairwise_i8x16_u
              (i8x16.popcnt (v128.load (i32.add (local.get $a) (local.get $i))))))))
      (local.set $i (i32.add (local.get $i) (i32.const 16)))
      (br $next)))
    (local.set $count
      (i32.add
        (i32.add (i32x4.extract_lane 0 (local.get $counts))
          (i32x4.extract_lane 1 (local.get $counts)))
        (i32.add (i32x4.extract_lane 2 (local.get $counts))
          (i32x4.extract_lane 3 (local.get $counts)))))
    (block $end (loop $tail
      (br_if $end (i32.ge_u (local.get $i) (local.get $n)))
      (local.set $count
        (i32.add (local.get $count)
          (i32.popcnt (i32.load8_s (i32.add (local.get $a) (local.get $i))))))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br $tail)))
    (local.get $count)))
