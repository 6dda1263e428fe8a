;; reject: test_small_values wrong_answer - passes the carry on only once
(module
  (func (export "add") (param $a i32) (param $b i32) (result i32)
    (i32.xor
      (i32.xor (local.get $a) (local.get $b))
      (i32.shl (i32.and (local.get $a) (local.get $b)) (i32.const 1)))))
