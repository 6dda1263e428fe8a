;; reject: test_small_values wrong_answer - takes one off exact negative quotients too
(module
  (func (export "divmod_floor_i32") (param $a i32) (param $b i32) (result i32 i32)
    (local $quotient i32)
    (if (i32.eqz (local.get $b)) (then (return (i32.const 0) (local.get $a))))
    (if (i32.eq (local.get $b) (i32.const -1))
      (then (return (i32.sub (i32.const 0) (local.get $a)) (i32.const 0))))
    (local.set $quotient (i32.div_s (local.get $a) (local.get $b)))
    (if (i32.lt_s (i32.xor (local.get $a) (local.get $b)) (i32.const 0))
      (then (local.set $quotient (i32.sub (local.get $quotient) (i32.const 1)))))
    (local.get $quotient)
    (i32.sub (local.get $a) (i32.mul (local.get $quotient) (local.get $b)))))
