;; reject: test_small_values wrong_answer - gives 0 as soon as one of the two is 0
(module
  (func (export "gcd_u64") (param $a i64) (param $b i64) (result i64)
    (local $rest i64)
    (if (i64.eqz (local.get $a)) (then (return (i64.const 0))))
    (block $done (loop $divide
      (br_if $done (i64.eqz (local.get $b)))
      (local.set $rest (i64.rem_u (local.get $a) (local.get $b)))
      (local.set $a (local.get $b))
      (local.set $b (local.get $rest))
      (br $divide)))
    (local.get $a)))
