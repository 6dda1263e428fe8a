;; reject: test_signs_and_extremes wrong_answer - the sign of a - b is wrong when it overflows
(module
  (func (export "max_i32") (param $a i32) (param $b i32) (result i32)
    (select (local.get $a) (local.get $b)
      (i32.ge_s (i32.sub (local.get $a) (local.get $b)) (i32.const 0)))))
