(module
  (memory (export "memory") 1)
  (start $make_table)
  (func $make_table
    (local $byte i32) (local $crc i32) (local $bit i32)
    (loop $next
      (local.set $crc (local.get $byte))
      (local.set $bit (i32.const 0))
      (loop $shift
        (local.set $crc
          (select
            (i32.xor (i32.const 0xedb88320) (i32.shr_u (local.get $crc) (i32.const 1)))
            (i32.shr_u (local.get $crc) (i32.const 1))
            (i32.and (local.get $crc) (i32.const 1))))
        (local.set $bit (i32.add (local.get $bit) (i32.const 1)))
        (br_if $shift (i32.lt_u (local.get $bit) (i32.const 8))))
      (i32.store (i32.shl (local.get $byte) (i32.const 2)) (local.get $crc))
      (local.set $byte (i32.add (local.get $byte) (i32.const 1)))
      (br_if $next (i32.lt_u (local.get $byte) (i32.const 256)))))
  (func (export "crc32") (param $crc i32) (param $data i32) (param $length i32) (result i32)
    (local.set $crc (i32.xor (local.get $crc) (i32.const 0xffffffff)))
    (block $done (loop $next
      (br_if $done (i32.eqz (local.get $length)))
      (local.set $crc
        (i32.xor
          (i32.shr_u (local.get $crc) (i32.const 8))
          (i32.load
            (i32.shl
              (i32.and
                (i32.xor (local.get $crc) (i32.load8_u (local.get $data)))
                (i32.const 0xff))
              (i32.const 2)))))
      (local.set $data (i32.add (local.get $data) (i32.const 1)))
      (local.set $length (i32.sub (local.get $length) (i32.const 1)))
      (br $next)))
    (i32.xor (local.get $crc) (i32.const 0xffffffff))))
