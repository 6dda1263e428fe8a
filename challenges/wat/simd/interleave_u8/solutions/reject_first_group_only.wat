;; reject: test_vector_work rule_broken - only the first group goes through vectors
(module
  (memory (export "memory") 1)
  (func (export "interleave_u8") (param $a i32) (param $b i32) (param $out i32) (param $n i32)
    (local $i i32) (local $full i32) (local $x v128) (local $y v128)
    (local.set $full (select (i32.const 16) (i32.const 0) (i32.ge_u (local.get $n) (i32.const 16))))
    (block $done (loop $next
      (br_if $done (i32.ge_u (local.get $i) (local.get $full)))
      (local.set $x (v128.load (i32.add (local.get $a) (local.get $i))))
      (local.set $y (v128.load (i32.add (local.get $b) (local.get $i))))
      (v128.store
        (i32.add (local.get $out) (i32.shl (local.get $i) (i32.const 1)))
        (i8x16.shuffle 0 16 1 17 2 18 3 19 4 20 5 21 6 22 7 23 (local.get $x) (local.get $y)))
      (v128.store offset=16
        (i32.add (local.get $out) (i32.shl (local.get $i) (i32.const 1)))
        (i8x16.shuffle 8 24 9 25 10 26 11 27 12 28 13 29 14 30 15 31 (local.get $x) (local.get $y)))
      (local.set $i (i32.add (local.get $i) (i32.const 16)))
      (br $next)))
    (block $end (loop $tail
      (br_if $end (i32.ge_u (local.get $i) (local.get $n)))
      (i32.store8
        (i32.add (local.get $out) (i32.shl (local.get $i) (i32.const 1)))
        (i32.load8_u (i32.add (local.get $a) (local.get $i))))
      (i32.store8 offset=1
        (i32.add (local.get $out) (i32.shl (local.get $i) (i32.const 1)))
        (i32.load8_u (i32.add (local.get $b) (local.get $i))))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br $tail)))))
