;; reject: test_small_values timed_out - adds b times, counting down past zero for a negative b
(module
  (func (export "multiply") (param $a i32) (param $b i32) (result i32)
    (local $sum i32)
    (block $done (loop $next
      (br_if $done (i32.eqz (local.get $b)))
      (local.set $sum (i32.add (local.get $sum) (local.get $a)))
      (local.set $b (i32.sub (local.get $b) (i32.const 1)))
      (br $next)))
    (local.get $sum)))
