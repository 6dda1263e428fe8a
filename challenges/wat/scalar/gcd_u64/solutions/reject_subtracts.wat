;; reject: test_unsigned timed_out - subtracts where it should divide
(module
  (func (export "gcd_u64") (param $a i64) (param $b i64) (result i64)
    (if (i64.eqz (local.get $a)) (then (return (local.get $b))))
    (if (i64.eqz (local.get $b)) (then (return (local.get $a))))
    (block $done (loop $next
      (br_if $done (i64.eq (local.get $a) (local.get $b)))
      (if (i64.gt_u (local.get $a) (local.get $b))
        (then (local.set $a (i64.sub (local.get $a) (local.get $b))))
        (else (local.set $b (i64.sub (local.get $b) (local.get $a)))))
      (br $next)))
    (local.get $a)))
