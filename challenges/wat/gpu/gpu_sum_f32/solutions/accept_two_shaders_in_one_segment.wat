(module
  (import "env" "gpu_alloc" (func $alloc (param i32) (result i32)))
  (import "env" "gpu_write" (func $write (param i32 i32 i32 i32)))
  (import "env" "gpu_read" (func $read (param i32 i32 i32 i32)))
  (import "env" "gpu_dispatch" (func $dispatch (param i32 i32 i32 i32 i32 i32 i32)))
  (memory (export "memory") 1)
  ;; The second shader follows the first one in the same data segment, without anything between.
  (data (i32.const 1024)
    "@group(0) @binding(0) var<storage, read> a: array<f32>;\n"
    "@group(0) @binding(1) var<storage, read_write> sums: array<f32, 400>;\n"
    "var<workgroup> parts: array<f32, 64>;\n"
    "@compute @workgroup_size(64)\n"
    "fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {\n"
    "  var sum = 0.0;\n"
    "  for (var i = group.x * 64u + lane; i < arrayLength(&a); i += 25600u) { sum += a[i]; }\n"
    "  parts[lane] = sum;\n"
    "  workgroupBarrier();\n"
    "  if (lane < 8u) {\n"
    "    for (var i = lane + 8u; i < 64u; i += 8u) { parts[lane] += parts[i]; }\n"
    "  }\n"
    "  workgroupBarrier();\n"
    "  if (lane == 0u) {\n"
    "    for (var i = 1u; i < 8u; i++) { parts[0] += parts[i]; }\n"
    "    sums[group.x] = parts[0];\n"
    "  }\n"
    "}\n"
    "@group(0) @binding(0) var<storage, read_write> sums: array<f32, 400>;\n"
    "@compute @workgroup_size(1)\n"
    "fn main() {\n"
    "  for (var i = 1u; i < 400u; i++) { sums[0] += sums[i]; }\n"
    "}\n")
  (func (export "gpu_sum_f32") (param $in i32) (param $n i32) (result f32)
    (i32.store (i32.const 0) (call $alloc (i32.shl (local.get $n) (i32.const 2))))
    (i32.store (i32.const 4) (call $alloc (i32.const 1600)))
    (call $write (i32.load (i32.const 0)) (i32.const 0)
      (local.get $in) (i32.shl (local.get $n) (i32.const 2)))
    (call $dispatch (i32.const 1024) (i32.const 668) (i32.const 0) (i32.const 2)
      (i32.const 400) (i32.const 1) (i32.const 1))
    (call $dispatch (i32.const 1692) (i32.const 170) (i32.const 4) (i32.const 1)
      (i32.const 1) (i32.const 1) (i32.const 1))
    (call $read (i32.load (i32.const 4)) (i32.const 0) (i32.const 16) (i32.const 4))
    (f32.load (i32.const 16))))
