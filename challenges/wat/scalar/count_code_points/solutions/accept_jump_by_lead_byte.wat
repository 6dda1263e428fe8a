(module
  (memory (export "memory") 1)
  (func $width (param $lead i32) (result i32)
    (if (i32.lt_u (local.get $lead) (i32.const 0x80)) (then (return (i32.const 1))))
    (if (i32.lt_u (local.get $lead) (i32.const 0xe0)) (then (return (i32.const 2))))
    (if (i32.lt_u (local.get $lead) (i32.const 0xf0)) (then (return (i32.const 3))))
    (i32.const 4))
  (func (export "count_code_points") (param $text i32) (param $length i32) (result i32)
    (local $at i32) (local $count i32)
    (loop $next
      (if (i32.lt_u (local.get $at) (local.get $length))
        (then
          (local.set $at
            (i32.add (local.get $at)
              (call $width (i32.load8_u (i32.add (local.get $text) (local.get $at))))))
          (local.set $count (i32.add (local.get $count) (i32.const 1)))
          (br $next))))
    (local.get $count)))
