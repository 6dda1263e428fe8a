;; reject: test_every_length wrong_answer - each group starts from 0 again
(module
  (memory (export "memory") 1)
  (func (export "prefix_sum_i32") (param $a i32) (param $out i32) (param $n i32)
    (local $i i32) (local $full i32) (local $x v128) (local $sum i32)
    (local.set $full (i32.and (local.get $n) (i32.const -4)))
    (block $done (loop $next
      (br_if $done (i32.ge_u (local.get $i) (local.get $full)))
      (local.set $x (v128.load (i32.add (local.get $a) (i32.shl (local.get $i) (i32.const 2)))))
      (local.set $x
        (i32x4.add (local.get $x)
          (i8x16.shuffle 0 0 0 0 16 17 18 19 20 21 22 23 24 25 26 27
            (v128.const i64x2 0 0)
            (local.get $x))))
      (local.set $x
        (i32x4.add (local.get $x)
          (i8x16.shuffle 0 0 0 0 0 0 0 0 16 17 18 19 20 21 22 23
            (v128.const i64x2 0 0)
            (local.get $x))))
      (v128.store (i32.add (local.get $out) (i32.shl (local.get $i) (i32.const 2))) (local.get $x))
      (local.set $sum (i32x4.extract_lane 3 (local.get $x)))
      (local.set $i (i32.add (local.get $i) (i32.const 4)))
      (br $next)))
    (block $end (loop $tail
      (br_if $end (i32.ge_u (local.get $i) (local.get $n)))
      (local.set $sum
        (i32.add (local.get $sum)
          (i32.load (i32.add (local.get $a) (i32.shl (local.get $i) (i32.const 2))))))
      (i32.store (i32.add (local.get $out) (i32.shl (local.get $i) (i32.const 2))) (local.get $sum))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br $tail)))))
