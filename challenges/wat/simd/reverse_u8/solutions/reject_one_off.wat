;; reject: test_every_length wrong_answer - indexes run from 16 to 1
(module
  (memory (export "memory") 1)
  (func (export "reverse_u8") (param $a i32) (param $out i32) (param $n i32)
    (local $i i32) (local $full i32)
    (local.set $full (i32.and (local.get $n) (i32.const -16)))
    (block $done (loop $next
      (br_if $done (i32.ge_u (local.get $i) (local.get $full)))
      (v128.store (i32.add (local.get $out) (local.get $i))
        (i8x16.swizzle
          (v128.load
            (i32.add (local.get $a)
              (i32.sub (i32.sub (local.get $n) (local.get $i)) (i32.const 16))))
          (v128.const i8x16 16 15 14 13 12 11 10 9 8 7 6 5 4 3 2 1)))
      (local.set $i (i32.add (local.get $i) (i32.const 16)))
      (br $next)))
    (block $end (loop $tail
      (br_if $end (i32.ge_u (local.get $i) (local.get $n)))
      (i32.store8 (i32.add (local.get $out) (local.get $i))
        (i32.load8_u
          (i32.add (local.get $a) (i32.sub (i32.sub (local.get $n) (local.get $i)) (i32.const 1)))))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br $tail)))))
