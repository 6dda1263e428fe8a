;; reject: test_every_length wrong_answer - rounds n up to full groups and writes past the end
(module
  (memory (export "memory") 1)
  (func (export "threshold_u8") (param $a i32) (param $out i32) (param $n i32)
    (param $threshold i32)
    (local $i i32) (local $full i32) (local $limits v128)
    (local.set $limits (i8x16.splat (local.get $threshold)))
    (local.set $full (i32.and (i32.add (local.get $n) (i32.const 15)) (i32.const -16)))
    (block $done (loop $next
      (br_if $done (i32.ge_u (local.get $i) (local.get $full)))
      (v128.store (i32.add (local.get $out) (local.get $i))
        (i8x16.ge_u (v128.load (i32.add (local.get $a) (local.get $i))) (local.get $limits)))
      (local.set $i (i32.add (local.get $i) (i32.const 16)))
      (br $next)))
    (block $end (loop $tail
      (br_if $end (i32.ge_u (local.get $i) (local.get $n)))
      (i32.store8 (i32.add (local.get $out) (local.get $i))
        (i32.sub (i32.const 0)
          (i32.ge_u (i32.load8_u (i32.add (local.get $a) (local.get $i))) (local.get $threshold))))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br $tail)))))
