(module
  (func (export "days_from_civil") (param $year i32) (param $month i32) (param $day i32)
    (result i32)
    (local $era i32)
    ;; years that begin in March, so that a leap day comes last
    (if (i32.le_s (local.get $month) (i32.const 2))
      (then
        (local.set $year (i32.sub (local.get $year) (i32.const 1)))
        (local.set $month (i32.add (local.get $month) (i32.const 12)))))
    (local.set $era
      (i32.div_s
        (select
          (local.get $year)
          (i32.sub (local.get $year) (i32.const 399))
          (i32.ge_s (local.get $year) (i32.const 0)))
        (i32.const 400)))
    (local.set $year (i32.sub (local.get $year) (i32.mul (local.get $era) (i32.const 400))))
    (i32.add (i32.mul (local.get $era) (i32.const 146097)) (i32.const -719469))
    (i32.mul (local.get $year) (i32.const 365))
    (i32.add)
    (i32.div_u (local.get $year) (i32.const 4))
    (i32.add)
    (i32.div_u (local.get $year) (i32.const 100))
    (i32.sub)
    (i32.div_u
      (i32.add (i32.mul (i32.sub (local.get $month) (i32.const 3)) (i32.const 153)) (i32.const 2))
      (i32.const 5))
    (i32.add)
    (i32.add (local.get $day))))
