;; reject: test_around_the_limits wrong_answer - every overflow gives the highest value
(module
  (func (export "add_saturating_i32") (param $a i32) (param $b i32) (result i32)
    (local $sum i32)
    (local.set $sum (i32.add (local.get $a) (local.get $b)))
    (select
      (i32.const 0x7fffffff)
      (local.get $sum)
      (i32.lt_s
        (i32.and
          (i32.xor (local.get $a) (local.get $sum))
          (i32.xor (local.get $b) (local.get $sum)))
        (i32.const 0)))))
