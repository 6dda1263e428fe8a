;; reject: test_not_numbers wrong_answer - a sign without digits is taken as 0
(module
  (memory (export "memory") 1)
  (func (export "parse_i32") (param $text i32) (param $length i32) (param $output i32) (result i32)
    (local $end i32) (local $byte i32) (local $negative i32) (local $value i64) (local $limit i64)
    (local.set $end (i32.add (local.get $text) (local.get $length)))
    (if (i32.eqz (local.get $length)) (then (return (i32.const 1))))
    (local.set $byte (i32.load8_u (local.get $text)))
    (local.set $negative (i32.eq (local.get $byte) (i32.const 45)))
    (if (i32.or (local.get $negative) (i32.eq (local.get $byte) (i32.const 43)))
      (then (local.set $text (i32.add (local.get $text) (i32.const 1)))))
    (block $done
    (loop $digit
      (br_if $done (i32.eq (local.get $text) (local.get $end)))
      (local.set $byte (i32.sub (i32.load8_u (local.get $text)) (i32.const 48)))
      (if (i32.gt_u (local.get $byte) (i32.const 9)) (then (return (i32.const 1))))
      ;; beyond 2^32 the value no longer matters
      (if (i64.lt_u (local.get $value) (i64.const 0x100000000))
        (then (local.set $value
          (i64.add
            (i64.mul (local.get $value) (i64.const 10))
            (i64.extend_i32_u (local.get $byte))))))
      (local.set $text (i32.add (local.get $text) (i32.const 1)))
      (br $digit)))
    (local.set $limit (i64.add (i64.const 0x7fffffff) (i64.extend_i32_u (local.get $negative))))
    (if (local.get $negative)
      (then (i32.store (local.get $output)
        (i32.sub (i32.const 0) (i32.wrap_i64 (select (local.get $limit) (local.get $value)
          (i64.gt_u (local.get $value) (local.get $limit)))))))
      (else (i32.store (local.get $output)
        (i32.wrap_i64 (select (local.get $limit) (local.get $value)
          (i64.gt_u (local.get $value) (local.get $limit)))))))
    (i32.shl (i64.gt_u (local.get $value) (local.get $limit)) (i32.const 1))))
