;; reject: test_gpu_computes rule_broken - a loop on the CPU, and no GPU at all
(module
  (memory (export "memory") 1)
  (func (export "gpu_double_f32") (param $in i32) (param $out i32) (param $n i32)
    (local $i i32)
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $i) (local.get $n)))
        (f32.store (i32.add (local.get $out) (i32.shl (local.get $i) (i32.const 2)))
          (f32.mul (f32.const 2)
            (f32.load (i32.add (local.get $in) (i32.shl (local.get $i) (i32.const 2))))))
        (local.set $i (i32.add (local.get $i) (i32.const 1)))
        (br $next)))))
