;; reject: test_small_values crashed - divides before it looks whether b is 0
(module
  (func (export "gcd_u64") (param $a i64) (param $b i64) (result i64)
    (local $rest i64)
    (loop $divide
      (local.set $rest (i64.rem_u (local.get $a) (local.get $b)))
      (local.set $a (local.get $b))
      (local.set $b (local.get $rest))
      (br_if $divide (i64.ne (local.get $b) (i64.const 0))))
    (local.get $a)))
