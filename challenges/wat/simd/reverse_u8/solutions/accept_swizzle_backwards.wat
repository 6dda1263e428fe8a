(module
  (memory (export "memory") 1)
  (func (export "reverse_u8") (param $a i32) (param $out i32) (param $n i32)
    (block $few (loop $next
      (br_if $few (i32.lt_u (local.get $n) (i32.const 16)))
      (local.set $n (i32.sub (local.get $n) (i32.const 16)))
      (v128.store (local.get $out)
        (i8x16.swizzle
          (v128.load (i32.add (local.get $a) (local.get $n)))
          (v128.const i8x16 15 14 13 12 11 10 9 8 7 6 5 4 3 2 1 0)))
      (local.set $out (i32.add (local.get $out) (i32.const 16)))
      (br $next)))
    (block $end (loop $next
      (br_if $end (i32.eqz (local.get $n)))
      (local.set $n (i32.sub (local.get $n) (i32.const 1)))
      (i32.store8 (local.get $out) (i32.load8_u (i32.add (local.get $a) (local.get $n))))
      (local.set $out (i32.add (local.get $out) (i32.const 1)))
      (br $next)))))
