(module
  (memory (export "memory") 1)
  (data (i32.const 256)
    "\00\00\00\00\64\10\b7\1d\c8\20\6e\3b\ac\30\d9\26\90\41\dc\76\f4\51\6b\6b\58\61\b2\4d\3c\71\05\50\20\83\b8\ed\44\93\0f\f0\e8\a3\d6\d6\8c\b3\61\cb\b0\c2\64\9b\d4\d2\d3\86\78\e2\0a\a0\1c\f2\bd\bd")
  (func $nibble (param $crc i32) (result i32)
    local.get $crc
    i32.const 4
    i32.shr_u
    local.get $crc
    i32.const 15
    i32.and
    i32.const 2
    i32.shl
    i32.load offset=256
    i32.xor)
  (func (export "crc32") (param $crc i32) (param $data i32) (param $length i32) (result i32)
    (local $i i32)
    (local.set $crc (i32.xor (i32.const -1) (local.get $crc)))
    (loop $next
      (if (i32.lt_u (local.get $i) (local.get $length))
        (then
          local.get $crc
          (i32.load8_u (i32.add (local.get $data) (local.get $i)))
          i32.xor
          call $nibble
          call $nibble
          local.set $crc
          (local.set $i (i32.add (local.get $i) (i32.const 1)))
          br $next)))
    (i32.xor (i32.const -1) (local.get $crc))))
