;; reject: test_every_value wrong_answer - the tail reads signed bytes
(module
  (memory (export "memory") 1)
  (func (export "find_byte") (param $a i32) (param $n i32) (param $value i32) (result i32)
    (local $i i32) (local $full i32) (local $wanted v128) (local $mask i32)
    (local.set $wanted (i8x16.splat (local.get $value)))
    (local.set $full (i32.and (local.get $n) (i32.const -16)))
    (block $done (loop $next
      (br_if $done (i32.ge_u (local.get $i) (local.get $full)))
      (if
        (local.tee $mask
          (i8x16.bitmask
            (i8x16.eq (v128.load (i32.add (local.get $a) (local.get $i))) (local.get $wanted))))
        (then (return (i32.add (local.get $i) (i32.ctz (local.get $mask))))))
      (local.set $i (i32.add (local.get $i) (i32.const 16)))
      (br $next)))
    (block $end (loop $tail
      (br_if $end (i32.ge_u (local.get $i) (local.get $n)))
      (if
        (i32.eq (i32.load8_s (i32.add (local.get $a) (local.get $i))) (local.get $value))
        (then (return (local.get $i))))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br $tail)))
    (i32.const -1)))
