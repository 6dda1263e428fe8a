;; reject: test_known_values wrong_answer - copies of the sign come in when shifting right
(module
  (memory (export "memory") 1)
  (func (export "crc32") (param $crc i32) (param $data i32) (param $length i32) (result i32)
    (local $end i32) (local $bit i32)
    (local.set $end (i32.add (local.get $data) (local.get $length)))
    (local.set $crc (i32.xor (local.get $crc) (i32.const -1)))
    (block $done
      (loop $next
        (br_if $done (i32.eq (local.get $data) (local.get $end)))
        (local.set $crc (i32.xor (local.get $crc) (i32.load8_u (local.get $data))))
        (local.set $bit (i32.const 8))
        (loop $shift
          (local.set $crc
            (i32.xor
              (i32.shr_s (local.get $crc) (i32.const 1))
              (i32.and
                (i32.sub (i32.const 0) (i32.and (local.get $crc) (i32.const 1)))
                (i32.const 0xedb88320))))
          (br_if $shift (local.tee $bit (i32.sub (local.get $bit) (i32.const 1)))))
        (local.set $data (i32.add (local.get $data) (i32.const 1)))
        (br $next)))
    (i32.xor (local.get $crc) (i32.const -1))))
