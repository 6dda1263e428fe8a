;; reject: test_lengths wrong_answer - passes the limits as integers
(module
  (import "env" "gpu_alloc" (func $alloc (param i32) (result i32)))
  (import "env" "gpu_write" (func $write (param i32 i32 i32 i32)))
  (import "env" "gpu_read" (func $read (param i32 i32 i32 i32)))
  (import "env" "gpu_dispatch" (func $dispatch (param i32 i32 i32 i32 i32 i32 i32)))
  (memory (export "memory") 1)
  ;; 0: handles of the limits, the input and the count; 16: the limits, 24: the count.
  (data (i32.const 1024)
    "struct Limits { low: i32, high: i32 }\n"
    "@group(0) @binding(0) var<storage, read> limits: Limits;\n"
    "@group(0) @binding(1) var<storage, read> a: array<f32>;\n"
    "@group(0) @binding(2) var<storage, read_write> count: atomic<u32>;\n"
    "@compute @workgroup_size(64)\n"
    "fn main(@builtin(global_invocation_id) id: vec3<u32>) {\n"
    "  let i = id.x;\n"
    "  if (i < arrayLength(&a)) {\n"
    "    if (a[i] >= f32(limits.low) && a[i] < f32(limits.high)) {\n"
    "      atomicAdd(&count, 1u);\n"
    "    }\n"
    "  }\n"
    "}\n")
  ;; Store at $slot the handle of a new buffer that holds $bytes bytes from $ptr.
  (func $upload (param $slot i32) (param $ptr i32) (param $bytes i32)
    (i32.store (local.get $slot) (call $alloc (local.get $bytes)))
    (call $write (i32.load (local.get $slot)) (i32.const 0) (local.get $ptr) (local.get $bytes)))
  (func (export "gpu_count_between_f32")
    (param $in i32) (param $n i32) (param $low f32) (param $high f32) (result i32)
    (if (i32.eqz (local.get $n)) (then (return (i32.const 0))))
    (i32.store (i32.const 16) (i32.trunc_sat_f32_s (local.get $low)))
    (i32.store (i32.const 20) (i32.trunc_sat_f32_s (local.get $high)))
    (call $upload (i32.const 0) (i32.const 16) (i32.const 8))
    (call $upload (i32.const 4) (local.get $in) (i32.shl (local.get $n) (i32.const 2)))
    (i32.store (i32.const 8) (call $alloc (i32.const 4)))
    (call $dispatch (i32.const 1024) (i32.const 451) (i32.const 0) (i32.const 3)
      (i32.shr_u (i32.add (local.get $n) (i32.const 63)) (i32.const 6)) (i32.const 1) (i32.const 1))
    (call $read (i32.load (i32.const 8)) (i32.const 0) (i32.const 24) (i32.const 4))
    (i32.load (i32.const 24))))
