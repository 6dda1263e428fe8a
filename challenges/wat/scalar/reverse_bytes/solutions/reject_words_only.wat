;; reject: test_lengths crashed - the words meet in the middle when fewer than 8 bytes are left
(module
  (memory (export "memory") 1)
  (func $reversed (param $x i32) (result i32)
    (i32.or
      (i32.and (i32.rotl (local.get $x) (i32.const 8)) (i32.const 0x00ff00ff))
      (i32.and (i32.rotr (local.get $x) (i32.const 8)) (i32.const 0xff00ff00))))
  (func (export "reverse_bytes") (param $low i32) (param $length i32)
    (local $high i32) (local $saved i32)
    (local.set $high (i32.add (local.get $low) (local.get $length)))
    (block $short (loop $words
      (br_if $short (i32.lt_u (i32.sub (local.get $high) (local.get $low)) (i32.const 4)))
      (local.set $high (i32.sub (local.get $high) (i32.const 4)))
      (local.set $saved (i32.load align=1 (local.get $low)))
      (i32.store align=1 (local.get $low) (call $reversed (i32.load align=1 (local.get $high))))
      (i32.store align=1 (local.get $high) (call $reversed (local.get $saved)))
      (local.set $low (i32.add (local.get $low) (i32.const 4)))
      (br $words)))
    (block $done (loop $bytes
      (br_if $done (i32.lt_u (i32.sub (local.get $high) (local.get $low)) (i32.const 2)))
      (local.set $high (i32.sub (local.get $high) (i32.const 1)))
      (local.set $saved (i32.load8_u (local.get $low)))
      (i32.store8 (local.get $low) (i32.load8_u (local.get $high)))
      (i32.store8 (local.get $high) (local.get $saved))
      (local.set $low (i32.add (local.get $low) (i32.const 1)))
      (br $bytes)))))
