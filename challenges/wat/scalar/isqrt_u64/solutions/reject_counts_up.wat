;; reject: test_around_squares timed_out - tries one root after another
(module
  (func (export "isqrt_u64") (param $n i64) (result i64)
    (local $root i64)
    (block $done (loop $next
      (br_if $done (i64.ge_u (local.get $root) (i64.const 0xffffffff)))
      (br_if $done
        (i64.gt_u
          (i64.mul
            (i64.add (local.get $root) (i64.const 1))
            (i64.add (local.get $root) (i64.const 1)))
          (local.get $n)))
      (local.set $root (i64.add (local.get $root) (i64.const 1)))
      (br $next)))
    (local.get $root)))
