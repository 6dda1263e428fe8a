;; reject: test_unaligned wrong_answer - rounds addresses down to multiples of 16
(module
  (memory (export "memory") 1)
  (func (export "to_lower_ascii") (param $text i32) (param $n i32)
    (local $i i32) (local $full i32) (local $x v128) (local $c i32)
    (local.set $text (i32.and (local.get $text) (i32.const -16)))
    (local.set $full (i32.and (local.get $n) (i32.const -16)))
    (block $done (loop $next
      (br_if $done (i32.ge_u (local.get $i) (local.get $full)))
      (local.set $x (v128.load (i32.add (local.get $text) (local.get $i))))
      (v128.store (i32.add (local.get $text) (local.get $i))
        (v128.or (local.get $x)
          (v128.and (i8x16.splat (i32.const 32))
            (v128.and
              (i8x16.ge_u (local.get $x) (i8x16.splat (i32.const 65)))
              (i8x16.le_u (local.get $x) (i8x16.splat (i32.const 90)))))))
      (local.set $i (i32.add (local.get $i) (i32.const 16)))
      (br $next)))
    (block $end (loop $tail
      (br_if $end (i32.ge_u (local.get $i) (local.get $n)))
      (local.set $c (i32.load8_u (i32.add (local.get $text) (local.get $i))))
      (if
        (i32.lt_u (i32.sub (local.get $c) (i32.const 65)) (i32.const 26))
        (then
          (i32.store8 (i32.add (local.get $text) (local.get $i))
            (i32.add (local.get $c) (i32.const 32)))))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br $tail)))))
