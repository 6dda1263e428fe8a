;; reject: test_vector_work rule_broken - only the first group goes through vectors
(module
  (memory (export "memory") 1)
  (func (export "array_max_i32") (param $a i32) (param $n i32) (result i32)
    (local $i i32) (local $full i32) (local $most v128) (local $best i32) (local $x i32)
    (local.set $most (i32x4.splat (i32.const 0x80000000)))
    (local.set $best (i32.const 0x80000000))
    (local.set $full (select (i32.const 4) (i32.const 0) (i32.ge_u (local.get $n) (i32.const 4))))
    (block $done (loop $next
      (br_if $done (i32.ge_u (local.get $i) (local.get $full)))
      (local.set $most
        (i32x4.max_s (local.get $most)
          (v128.load (i32.add (local.get $a) (i32.shl (local.get $i) (i32.const 2))))))
      (local.set $i (i32.add (local.get $i) (i32.const 4)))
      (br $next)))
    (local.set $x (i32x4.extract_lane 0 (local.get $most)))
    (local.set $best
      (select (local.get $x) (local.get $best) (i32.gt_s (local.get $x) (local.get $best))))
    (local.set $x (i32x4.extract_lane 1 (local.get $most)))
    (local.set $best
      (select (local.get $x) (local.get $best) (i32.gt_s (local.get $x) (local.get $best))))
    (local.set $x (i32x4.extract_lane 2 (local.get $most)))
    (local.set $best
      (select (local.get $x) (local.get $best) (i32.gt_s (local.get $x) (local.get $best))))
    (local.set $x (i32x4.extract_lane 3 (local.get $most)))
    (local.set $best
      (select (local.get $x) (local.get $best) (i32.gt_s (local.get $x) (local.get $best))))
    (block $end (loop $tail
      (br_if $end (i32.ge_u (local.get $i) (local.get $n)))
      (local.set $x (i32.load (i32.add (local.get $a) (i32.shl (local.get $i) (i32.const 2)))))
      (local.set $best
        (select (local.get $x) (local.get $best) (i32.gt_s (local.get $x) (local.get $best))))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br $tail)))
    (local.get $best)))
