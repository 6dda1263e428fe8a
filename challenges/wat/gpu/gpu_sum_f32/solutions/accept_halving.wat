(module
  (import "env" "gpu_alloc" (func $alloc (param i32) (result i32)))
  (import "env" "gpu_write" (func $write (param i32 i32 i32 i32)))
  (import "env" "gpu_read" (func $read (param i32 i32 i32 i32)))
  (import "env" "gpu_dispatch" (func $dispatch (param i32 i32 i32 i32 i32 i32 i32)))
  (memory (export "memory") 1)
  ;; Adds the upper half to the lower one until one number is left: one dispatch per halving, in
  ;; place; the length of what is left is uploaded before each.
  (data (i32.const 1024)
    "@group(0) @binding(0) var<storage, read_write> x: array<f32>;\n"
    "@group(0) @binding(1) var<storage, read> length: u32;\n"
    "@compute @workgroup_size(64)\n"
    "fn main(@builtin(global_invocation_id) id: vec3<u32>) {\n"
    "  let half = length / 2u;\n"
    "  if (id.x < half) {\n"
    "    x[id.x] += x[length - half + id.x];\n"
    "  }\n"
    "}\n")
  (func (export "gpu_sum_f32") (param $in i32) (param $n i32) (result f32)
    (local $half i32)
    (f32.store (i32.const 8) (f32.const 0))
    (if (local.get $n) (then
      (i32.store (i32.const 0) (call $alloc (i32.shl (local.get $n) (i32.const 2))))
      (i32.store (i32.const 4) (call $alloc (i32.const 4)))
      (call $write (i32.load (i32.const 0)) (i32.const 0)
        (local.get $in) (i32.shl (local.get $n) (i32.const 2)))
      (loop $more
        (if (i32.gt_u (local.get $n) (i32.const 1)) (then
          (i32.store (i32.const 12) (local.get $n))
          (call $write (i32.load (i32.const 4)) (i32.const 0) (i32.const 12) (i32.const 4))
          (local.set $half (i32.shr_u (local.get $n) (i32.const 1)))
          (call $dispatch (i32.const 1024) (i32.const 294) (i32.const 0) (i32.const 2)
            (i32.div_u (i32.add (local.get $half) (i32.const 63)) (i32.const 64))
            (i32.const 1) (i32.const 1))
          (local.set $n (i32.sub (local.get $n) (local.get $half)))
          (br $more))))
      (call $read (i32.load (i32.const 0)) (i32.const 0) (i32.const 8) (i32.const 4))))
    (f32.load (i32.const 8))))
