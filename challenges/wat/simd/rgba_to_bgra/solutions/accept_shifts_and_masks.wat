(module
  (memory (export "memory") 1)
  (func (export "rgba_to_bgra") (param $a i32) (param $out i32) (param $n i32)
    (local $i i32) (local $full i32) (local $v v128) (local $r i32) (local $b i32)
    (local.set $full (i32.and (local.get $n) (i32.const -4)))
    (block $done (loop $next
      (br_if $done (i32.ge_u (local.get $i) (local.get $full)))
      (local.set $v (v128.load (i32.add (local.get $a) (i32.shl (local.get $i) (i32.const 2)))))
      (v128.store
        (i32.add (local.get $out) (i32.shl (local.get $i) (i32.const 2)))
        (v128.or
          (v128.and (local.get $v) (i32x4.splat (i32.const 0xff00ff00)))
          (v128.or
            (v128.and (i32x4.shr_u (local.get $v) (i32.const 16)) (i32x4.splat (i32.const 0xff)))
            (v128.and (i32x4.shl (local.get $v) (i32.const 16)) (i32x4.splat (i32.const 0xff0000))))))
      (local.set $i (i32.add (local.get $i) (i32.const 4)))
      (br $next)))
    (block $end (loop $tail
      (br_if $end (i32.ge_u (local.get $i) (local.get $n)))
      (local.set $r (i32.load8_u (i32.add (local.get $a) (i32.shl (local.get $i) (i32.const 2)))))
      (local.set $b
        (i32.load8_u offset=2 (i32.add (local.get $a) (i32.shl (local.get $i) (i32.const 2)))))
      (i32.store8 offset=1
        (i32.add (local.get $out) (i32.shl (local.get $i) (i32.const 2)))
        (i32.load8_u offset=1 (i32.add (local.get $a) (i32.shl (local.get $i) (i32.const 2)))))
      (i32.store8 offset=3
        (i32.add (local.get $out) (i32.shl (local.get $i) (i32.const 2)))
        (i32.load8_u offset=3 (i32.add (local.get $a) (i32.shl (local.get $i) (i32.const 2)))))
      (i32.store8 (i32.add (local.get $out) (i32.shl (local.get $i) (i32.const 2))) (local.get $b))
      (i32.store8 offset=2
        (i32.add (local.get $out) (i32.shl (local.get $i) (i32.const 2)))
        (local.get $r))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br $tail)))))
