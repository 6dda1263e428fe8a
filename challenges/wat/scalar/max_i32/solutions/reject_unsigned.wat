;; reject: test_signs_and_extremes wrong_answer - compares as unsigned integers
(module
  (func (export "max_i32") (param $a i32) (param $b i32) (result i32)
    (select (local.get $a) (local.get $b) (i32.gt_u (local.get $a) (local.get $b)))))
