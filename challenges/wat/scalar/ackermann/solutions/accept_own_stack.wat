(module
  (memory 1)
  (func (export "ackermann") (param $m i32) (param $n i32) (result i32)
    (local $top i32)
    ;; a stack of rows that still have to be applied to n
    (i32.store (i32.const 0) (local.get $m))
    (local.set $top (i32.const 4))
    (loop $next
      (local.set $top (i32.sub (local.get $top) (i32.const 4)))
      (local.set $m (i32.load (local.get $top)))
      (if (i32.eqz (local.get $m))
        (then (local.set $n (i32.add (local.get $n) (i32.const 1))))
        (else
          (i32.store (local.get $top) (i32.sub (local.get $m) (i32.const 1)))
          (local.set $top (i32.add (local.get $top) (i32.const 4)))
          (if (i32.eqz (local.get $n))
            (then (local.set $n (i32.const 1)))
            (else
              (i32.store (local.get $top) (local.get $m))
              (local.set $top (i32.add (local.get $top) (i32.const 4)))
              (local.set $n (i32.sub (local.get $n) (i32.const 1)))))))
      (br_if $next (local.get $top)))
    (local.get $n)))
