;; reject: test_every_length wrong_answer - rounds n up to full groups and counts behind the array
(module
  (memory (export "memory") 1)
  (func (export "count_equal_u8") (param $a i32) (param $n i32) (param $value i32) (result i32)
    (local $i i32) (local $full i32) (local $wanted v128) (local $count i32)
    (local.set $wanted (i8x16.splat (local.get $value)))
    (local.set $full (i32.and (i32.add (local.get $n) (i32.const 15)) (i32.const -16)))
    (block $done (loop $next
      (br_if $done (i32.ge_u (local.get $i) (local.get $full)))
      (local.set $count
        (i32.add (local.get $count)
          (i32.popcnt
            (i8x16.bitmask
              (i8x16.eq (v128.load (i32.add (local.get $a) (local.get $i))) (local.get $wanted))))))
      (local.set $i (i32.add (local.get $i) (i32.const 16)))
      (br $next)))
    (block $end (loop $tail
      (br_if $end (i32.ge_u (local.get $i) (local.get $n)))
      (local.set $count
        (i32.add (local.get $count)
          (i32.eq (i32.load8_u (i32.add (local.get $a) (local.get $i))) (local.get $value))))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br $tail)))
    (local.get $count)))
