;; reject: test_every_day wrong_answer - counts the leap day of the year for its January and February too
(module
  (memory 1)
  (data (i32.const 0) "\00\00\1f\00\3b\00\5a\00\78\00\97\00\b5\00\d4\00\f3\00\11\01\30\01\4e\01")
  (func $leaps_to (param $year i32) (result i32)
    (i32.trunc_f64_s (f64.add
      (f64.sub
        (f64.floor (f64.div (f64.convert_i32_s (local.get $year)) (f64.const 4)))
        (f64.floor (f64.div (f64.convert_i32_s (local.get $year)) (f64.const 100))))
      (f64.floor (f64.div (f64.convert_i32_s (local.get $year)) (f64.const 400))))))
  (func (export "days_from_civil") (param $year i32) (param $month i32) (param $day i32)
    (result i32)
    (i32.mul (i32.sub (local.get $year) (i32.const 1970)) (i32.const 365))
    (i32.sub (call $leaps_to (local.get $year)) (call $leaps_to (i32.const 1969)))
    (i32.add)
    (i32.load16_u (i32.shl (i32.sub (local.get $month) (i32.const 1)) (i32.const 1)))
    (i32.add)
    (i32.sub (local.get $day) (i32.const 1))
    (i32.add)))
