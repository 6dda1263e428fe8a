;; reject: test_small_values wrong_answer - gives the remainder first
(module
  (func (export "divmod_floor_i32") (param $a i32) (param $b i32) (result i32 i32)
    (local $quotient i32)
    (if (i32.eqz (local.get $b)) (then (return (local.get $a) (i32.const 0))))
    (local.set $quotient (i32.wrap_i64 (i64.trunc_f64_s (f64.floor
      (f64.div (f64.convert_i32_s (local.get $a)) (f64.convert_i32_s (local.get $b)))))))
    (i32.sub (local.get $a) (i32.mul (local.get $quotient) (local.get $b)))
    (local.get $quotient)))
