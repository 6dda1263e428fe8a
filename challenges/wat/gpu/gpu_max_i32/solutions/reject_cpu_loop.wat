;; reject: test_gpu_computes rule_broken - compares on the CPU
(module
  (memory (export "memory") 1)
  (func (export "gpu_max_i32") (param $in i32) (param $n i32) (result i32)
    (local $largest i32)
    (local $value i32)
    (local.set $largest (i32.const 0x80000000))
    (loop $next
      (local.set $value (i32.load (local.get $in)))
      (local.set $largest
        (select (local.get $value) (local.get $largest)
          (i32.gt_s (local.get $value) (local.get $largest))))
      (local.set $in (i32.add (local.get $in) (i32.const 4)))
      (br_if $next (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
    (local.get $largest)))
