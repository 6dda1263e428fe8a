;; reject: test_large wrong_answer - has room for the sums of 256 workgroups only
(module
  (import "env" "gpu_alloc" (func $alloc (param i32) (result i32)))
  (import "env" "gpu_write" (func $write (param i32 i32 i32 i32)))
  (import "env" "gpu_read" (func $read (param i32 i32 i32 i32)))
  (import "env" "gpu_dispatch" (func $dispatch (param i32 i32 i32 i32 i32 i32 i32)))
  (memory (export "memory") 1)
  ;; 0: handles of what is summed and of the sums of workgroups; 16: the sum.
  (data (i32.const 1024)
    "@group(0) @binding(0) var<storage, read> a: array<f32>;\n"
    "@group(0) @binding(1) var<storage, read_write> sums: array<f32>;\n"
    "var<workgroup> parts: array<f32, 256>;\n"
    "\n"
    "@compute @workgroup_size(256)\n"
    "fn main(@builtin(global_invocation_id) id: vec3<u32>,\n"
    "        @builtin(local_invocation_index) lane: u32,\n"
    "        @builtin(workgroup_id) group: vec3<u32>,\n"
    "        @builtin(num_workgroups) groups: vec3<u32>) {\n"
    "  var sum = 0.0;\n"
    "  for (var i = id.x; i < arrayLength(&a); i += 0x80000000u) {\n"
    "    sum += a[i];\n"
    "  }\n"
    "  parts[lane] = sum;\n"
    "  workgroupBarrier();\n"
    "  for (var half = 128u; half > 0u; half /= 2u) {\n"
    "    if (lane < half) {\n"
    "      parts[lane] += parts[lane + half];\n"
    "    }\n"
    "    workgroupBarrier();\n"
    "  }\n"
    "  if (lane == 0u) {\n"
    "    sums[group.x] = parts[0];\n"
    "  }\n"
    "}\n")
  ;; Store at $slot the handle of a new buffer that holds $bytes bytes from $ptr.
  (func $upload (param $slot i32) (param $ptr i32) (param $bytes i32)
    (i32.store (local.get $slot) (call $alloc (local.get $bytes)))
    (call $write (i32.load (local.get $slot)) (i32.const 0) (local.get $ptr) (local.get $bytes)))
  ;; Two dispatches of one shader: the numbers to sums of workgroups, and those to one.
  (func (export "gpu_sum_f32") (param $in i32) (param $n i32) (result f32)
    (if (i32.eqz (local.get $n)) (then (return (f32.const 0))))
    (call $upload (i32.const 0) (local.get $in) (i32.shl (local.get $n) (i32.const 2)))
    (i32.store (i32.const 4) (call $alloc (i32.const 1024)))
    (i32.store (i32.const 8) (call $alloc (i32.const 4)))
    (call $dispatch (i32.const 1024) (i32.const 746) (i32.const 0) (i32.const 2)
      (i32.shr_u (i32.add (local.get $n) (i32.const 255)) (i32.const 8)) (i32.const 1) (i32.const 1))
    (call $dispatch (i32.const 1024) (i32.const 746) (i32.const 4) (i32.const 2)
      (i32.const 1) (i32.const 1) (i32.const 1))
    (call $read (i32.load (i32.const 8)) (i32.const 0) (i32.const 16) (i32.const 4))
    (f32.load (i32.const 16))))
