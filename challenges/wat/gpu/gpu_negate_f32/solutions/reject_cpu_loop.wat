;; reject: test_gpu_computes rule_broken - flips the signs on the CPU
(module
  (memory (export "memory") 1)
  (func (export "gpu_negate_f32") (param $in i32) (param $out i32) (param $n i32)
    (local $offset i32)
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $offset) (i32.shl (local.get $n) (i32.const 2))))
        (f32.store (i32.add (local.get $out) (local.get $offset))
          (f32.neg (f32.load (i32.add (local.get $in) (local.get $offset)))))
        (local.set $offset (i32.add (local.get $offset) (i32.const 4)))
        (br $next)))))
