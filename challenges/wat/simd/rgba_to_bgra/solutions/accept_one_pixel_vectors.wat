(module
  (memory (export "memory") 1)
  (func (export "rgba_to_bgra") (param $a i32) (param $out i32) (param $n i32)
    (local $i i32) (local $full i32) (local $v v128)
    (local.set $full (i32.and (local.get $n) (i32.const -4)))
    (block $done (loop $next
      (br_if $done (i32.ge_u (local.get $i) (local.get $full)))
      (local.set $v (v128.load (i32.add (local.get $a) (i32.shl (local.get $i) (i32.const 2)))))
      (v128.store
        (i32.add (local.get $out) (i32.shl (local.get $i) (i32.const 2)))
        (i8x16.shuffle 2 1 0 3 6 5 4 7 10 9 8 11 14 13 12 15 (local.get $v) (local.get $v)))
      (local.set $i (i32.add (local.get $i) (i32.const 4)))
      (br $next)))
    (block $end (loop $tail
      (br_if $end (i32.ge_u (local.get $i) (local.get $n)))
      (local.set $v
        (v128.load32_zero (i32.add (local.get $a) (i32.shl (local.get $i) (i32.const 2)))))
      (v128.store32_lane 0
        (i32.add (local.get $out) (i32.shl (local.get $i) (i32.const 2)))
        (i8x16.shuffle 2 1 0 3 6 5 4 7 10 9 8 11 14 13 12 15 (local.get $v) (local.get $v)))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br $tail)))))
