;; reject: test_lengths wrong_answer - writes four bytes for one
(module
  (memory (export "memory") 1)
  (func (export "reverse_bytes") (param $low i32) (param $length i32)
    (local $high i32) (local $byte i32)
    (local.set $high (i32.add (local.get $low) (local.get $length)))
    (block $done
      (loop $swap
        (local.set $high (i32.sub (local.get $high) (i32.const 1)))
        (br_if $done (i32.ge_s (local.get $low) (local.get $high)))
        (local.set $byte (i32.load8_u (local.get $low)))
        (i32.store8 (local.get $low) (i32.load8_u (local.get $high)))
        (i32.store (local.get $high) (local.get $byte))
        (local.set $low (i32.add (local.get $low) (i32.const 1)))
        (br $swap)))))
