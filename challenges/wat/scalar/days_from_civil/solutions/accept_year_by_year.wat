(module
  (func $leap (param $year i32) (result i32)
    (i32.and
      (i32.eqz (i32.rem_s (local.get $year) (i32.const 4)))
      (i32.or
        (i32.ne (i32.rem_s (local.get $year) (i32.const 100)) (i32.const 0))
        (i32.eqz (i32.rem_s (local.get $year) (i32.const 400))))))
  (func $month_length (param $year i32) (param $month i32) (result i32)
    (if (i32.eq (local.get $month) (i32.const 2))
      (then (return (i32.add (i32.const 28) (call $leap (local.get $year))))))
    (block $thirty
      (block $thirty_one
        (br_table $thirty_one $thirty_one $thirty_one $thirty_one $thirty $thirty_one $thirty
          $thirty_one $thirty_one $thirty $thirty_one $thirty $thirty_one (local.get $month)))
      (return (i32.const 31)))
    (i32.const 30))
  (func (export "days_from_civil") (param $year i32) (param $month i32) (param $day i32)
    (result i32)
    (local $days i32) (local $y i32) (local $m i32)
    (local.set $days (i32.sub (local.get $day) (i32.const 1)))
    (local.set $m (i32.const 1))
    (block $months_done (loop $next_month
      (br_if $months_done (i32.eq (local.get $m) (local.get $month)))
      (local.set $days
        (i32.add (local.get $days) (call $month_length (local.get $year) (local.get $m))))
      (local.set $m (i32.add (local.get $m) (i32.const 1)))
      (br $next_month)))
    (local.set $y (i32.const 1970))
    (block $forward_done (loop $forward
      (br_if $forward_done (i32.ge_s (local.get $y) (local.get $year)))
      (local.set $days
        (i32.add (local.get $days) (i32.add (i32.const 365) (call $leap (local.get $y)))))
      (local.set $y (i32.add (local.get $y) (i32.const 1)))
      (br $forward)))
    (block $back_done (loop $back
      (br_if $back_done (i32.le_s (local.get $y) (local.get $year)))
      (local.set $y (i32.sub (local.get $y) (i32.const 1)))
      (local.set $days
        (i32.sub (local.get $days) (i32.add (i32.const 365) (call $leap (local.get $y)))))
      (br $back)))
    (local.get $days)))
