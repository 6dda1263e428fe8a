;; reject: test_unaligned wrong_answer - rounds addresses down to multiples of 16
(module
  (memory (export "memory") 1)
  (func (export "average_u8") (param $a i32) (param $b i32) (param $out i32) (param $n i32)
    (local $i i32) (local $full i32)
    (local.set $a (i32.and (local.get $a) (i32.const -16)))
    (local.set $b (i32.and (local.get $b) (i32.const -16)))
    (local.set $out (i32.and (local.get $out) (i32.const -16)))
    (local.set $full (i32.and (local.get $n) (i32.const -16)))
    (block $done (loop $next
      (br_if $done (i32.ge_u (local.get $i) (local.get $full)))
      (v128.store (i32.add (local.get $out) (local.get $i))
        (i8x16.avgr_u
          (v128.load (i32.add (local.get $a) (local.get $i)))
          (v128.load (i32.add (local.get $b) (local.get $i)))))
      (local.set $i (i32.add (local.get $i) (i32.const 16)))
      (br $next)))
    (block $end (loop $tail
      (br_if $end (i32.ge_u (local.get $i) (local.get $n)))
      (i32.store8 (i32.add (local.get $out) (local.get $i))
        (i32.shr_u
          (i32.add
            (i32.add
              (i32.load8_u (i32.add (local.get $a) (local.get $i)))
              (i32.load8_u (i32.add (local.get $b) (local.get $i))))
            (i32.const 1))
          (i32.const 1)))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br $tail)))))
