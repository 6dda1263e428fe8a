;; reject: test_fourth_row wrong_answer - uses the formula of row 3 for all that follow
(module
  (func (export "ackermann") (param $m i32) (param $n i32) (result i32)
    (if (i32.eqz (local.get $m)) (then (return (i32.add (local.get $n) (i32.const 1)))))
    (if (i32.eq (local.get $m) (i32.const 1)) (then (return (i32.add (local.get $n) (i32.const 2)))))
    (if (i32.eq (local.get $m) (i32.const 2))
      (then (return (i32.add (i32.shl (local.get $n) (i32.const 1)) (i32.const 3)))))
    (i32.sub (i32.shl (i32.const 8) (local.get $n)) (i32.const 3))))
