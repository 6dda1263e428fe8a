;; reject: test_every_length wrong_answer - alpha becomes 0
(module
  (memory (export "memory") 1)
  (func (export "rgba_to_bgra") (param $a i32) (param $out i32) (param $n i32)
    (local $i i32) (local $full i32) (local $x i32)
    (local.set $full (i32.and (local.get $n) (i32.const -4)))
    (block $done (loop $next
      (br_if $done (i32.ge_u (local.get $i) (local.get $full)))
      (v128.store
        (i32.add (local.get $out) (i32.shl (local.get $i) (i32.const 2)))
        (i8x16.swizzle
          (v128.load (i32.add (local.get $a) (i32.shl (local.get $i) (i32.const 2))))
          (v128.const i8x16 2 1 0 16 6 5 4 16 10 9 8 16 14 13 12 16)))
      (local.set $i (i32.add (local.get $i) (i32.const 4)))
      (br $next)))
    (block $end (loop $tail
      (br_if $end (i32.ge_u (local.get $i) (local.get $n)))
      (local.set $x (i32.load (i32.add (local.get $a) (i32.shl (local.get $i) (i32.const 2)))))
      (i32.store
        (i32.add (local.get $out) (i32.shl (local.get $i) (i32.const 2)))
        (i32.or (i32.and (local.get $x) (i32.const 0xff00ff00))
          (i32.and (i32.rotl (local.get $x) (i32.const 16)) (i32.const 0x00ff00ff))))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br $tail)))))
