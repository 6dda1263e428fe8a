;; reject: test_texts wrong_answer - takes a byte of value 0 as the end
(module
  (memory (export "memory") 1)
  (func (export "count_code_points") (param $text i32) (param $length i32) (result i32)
    (local $end i32) (local $count i32)
    (local.set $end (i32.add (local.get $text) (local.get $length)))
    (block $done
      (loop $next
        (br_if $done (i32.eq (local.get $text) (local.get $end)))
        (br_if $done (i32.eqz (i32.load8_u (local.get $text))))
        ;; every byte but the continuation bytes 10xxxxxx starts a code point
        (local.set $count
          (i32.add (local.get $count)
            (i32.ne
              (i32.and (i32.load8_u (local.get $text)) (i32.const 0xc0))
              (i32.const 0x80))))
        (local.set $text (i32.add (local.get $text) (i32.const 1)))
        (br $next)))
    (local.get $count)))
