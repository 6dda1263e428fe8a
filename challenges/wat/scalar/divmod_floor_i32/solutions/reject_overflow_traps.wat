;; reject: test_extremes crashed - dividing the lowest number by -1 traps
(module
  (func (export "divmod_floor_i32") (param $a i32) (param $b i32) (result i32 i32)
    (local $quotient i32) (local $rest i32)
    (if (i32.eqz (local.get $b)) (then (return (i32.const 0) (local.get $a))))
    (local.set $quotient (i32.div_s (local.get $a) (local.get $b)))
    (local.set $rest (i32.rem_s (local.get $a) (local.get $b)))
    (if (i32.and
          (i32.ne (local.get $rest) (i32.const 0))
          (i32.lt_s (i32.xor (local.get $rest) (local.get $b)) (i32.const 0)))
      (then
        (local.set $quotient (i32.sub (local.get $quotient) (i32.const 1)))
        (local.set $rest (i32.add (local.get $rest) (local.get $b)))))
    (local.get $quotient)
    (local.get $rest)))
