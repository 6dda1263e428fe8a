(module
  (func (export "isqrt_u64") (param $n i64) (result i64)
    (local $root i64) (local $bit i64)
    (local.set $bit (i64.shl (i64.const 1) (i64.const 62)))
    (block $done
      (loop $next
        (br_if $done (i64.eqz (local.get $bit)))
        (if (i64.ge_u (local.get $n) (i64.add (local.get $root) (local.get $bit)))
          (then
            (local.set $n
              (i64.sub (local.get $n) (i64.add (local.get $root) (local.get $bit))))
            (local.set $root
              (i64.add (i64.shr_u (local.get $root) (i64.const 1)) (local.get $bit))))
          (else (local.set $root (i64.shr_u (local.get $root) (i64.const 1)))))
        (local.set $bit (i64.shr_u (local.get $bit) (i64.const 2)))
        (br $next)))
    (local.get $root)))
