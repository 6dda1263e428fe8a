(module
  (import "env" "gpu_alloc" (func $alloc (param i32) (result i32)))
  (import "env" "gpu_write" (func $write (param i32 i32 i32 i32)))
  (import "env" "gpu_read" (func $read (param i32 i32 i32 i32)))
  (import "env" "gpu_dispatch" (func $dispatch (param i32 i32 i32 i32 i32 i32 i32)))
  (memory (export "memory") 1)
  ;; One workgroup counts in its invocations and adds up; the limits and n stand before the values.
  (data (i32.const 1024)
    "struct Work { n: u32, low: f32, high: f32, values: array<f32> }\n"
    "@group(0) @binding(0) var<storage, read> work: Work;\n"
    "@group(0) @binding(1) var<storage, read_write> count: array<u32, 4>;\n"
    "var<workgroup> parts: array<u32, 128>;\n"
    "@compute @workgroup_size(128)\n"
    "fn main(@builtin(local_invocation_index) lane: u32) {\n"
    "  parts[lane] = 0u;\n"
    "  for (var i = lane; i < work.n; i += 128u) {\n"
    "    let value = work.values[i];\n"
    "    parts[lane] += select(1u, 0u, value < work.low || value >= work.high);\n"
    "  }\n"
    "  workgroupBarrier();\n"
    "  if (lane == 0u) {\n"
    "    for (var i = 1u; i < 128u; i++) { parts[0] += parts[i]; }\n"
    "    count[2] = parts[0];\n"
    "  }\n"
    "}\n")
  (func (export "gpu_count_between_f32")
    (param $in i32) (param $n i32) (param $low f32) (param $high f32) (result i32)
    (local $bytes i32)
    (local.set $bytes (i32.shl (local.get $n) (i32.const 2)))
    (i32.store (i32.const 0) (local.get $n))
    (f32.store (i32.const 4) (local.get $low))
    (f32.store (i32.const 8) (local.get $high))
    (i32.store (i32.const 16) (call $alloc (i32.add (local.get $bytes) (i32.const 16))))
    (i32.store (i32.const 20) (call $alloc (i32.const 16)))
    (call $write (i32.load (i32.const 16)) (i32.const 0) (i32.const 0) (i32.const 12))
    (call $write (i32.load (i32.const 16)) (i32.const 12) (local.get $in) (local.get $bytes))
    (call $dispatch (i32.const 1024) (i32.const 621) (i32.const 16) (i32.const 2)
      (i32.const 1) (i32.const 1) (i32.const 1))
    (call $read (i32.load (i32.const 20)) (i32.const 8) (i32.const 24) (i32.const 4))
    (i32.load (i32.const 24))))
