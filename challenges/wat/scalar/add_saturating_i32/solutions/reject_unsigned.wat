;; reject: test_extremes wrong_answer - saturates as unsigned integers do
(module
  (func (export "add_saturating_i32") (param $a i32) (param $b i32) (result i32)
    (local $sum i32)
    (local.set $sum (i32.add (local.get $a) (local.get $b)))
    (if (result i32) (i32.lt_u (local.get $sum) (local.get $a))
      (then (i32.const -1))
      (else (local.get $sum)))))
