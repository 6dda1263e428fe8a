(module
  (import "env" "gpu_alloc" (func $alloc (param i32) (result i32)))
  (import "env" "gpu_write" (func $write (param i32 i32 i32 i32)))
  (import "env" "gpu_read" (func $read (param i32 i32 i32 i32)))
  (import "env" "gpu_dispatch" (func $dispatch (param i32 i32 i32 i32 i32 i32 i32)))
  (memory (export "memory") 1)
  ;; One workgroup sorts by one bit after the other, from the lowest to the highest.
  (data (i32.const 2048)
    "@group(0) @binding(0) var<storage, read_write> x: array<u32>;\n"
    "@group(0) @binding(1) var<storage, read_write> y: array<u32>;\n"
    "var<workgroup> zeros: array<u32, 64>;\n"
    "@compute @workgroup_size(64)\n"
    "fn main(@builtin(local_invocation_index) lane: u32) {\n"
    "  let n = arrayLength(&x);\n"
    "  let share = (n + 63u) / 64u;\n"
    "  let start = min(n, lane * share);\n"
    "  let end = min(n, start + share);\n"
    "  for (var bit = 0u; bit < 32u; bit++) {\n"
    "    var mine = 0u;\n"
    "    for (var i = start; i < end; i++) { mine += 1u - ((x[i] >> bit) & 1u); }\n"
    "    zeros[lane] = mine;\n"
    "    workgroupBarrier();\n"
    "    var zero = 0u;\n"
    "    var all = 0u;\n"
    "    for (var k = 0u; k < 64u; k++) {\n"
    "      if (k < lane) { zero += zeros[k]; }\n"
    "      all += zeros[k];\n"
    "    }\n"
    "    var one = all + start - zero;\n"
    "    for (var i = start; i < end; i++) {\n"
    "      if (((x[i] >> bit) & 1u) == 0u) { y[zero] = x[i]; zero++; }\n"
    "      else { y[one] = x[i]; one++; }\n"
    "    }\n"
    "    storageBarrier();\n"
    "    workgroupBarrier();\n"
    "    for (var i = start; i < end; i++) { x[i] = y[i]; }\n"
    "    storageBarrier();\n"
    "    workgroupBarrier();\n"
    "  }\n"
    "}\n")
  (func (export "gpu_sort_u32") (param $data i32) (param $n i32)
    (local $bytes i32)
    (if (i32.gt_u (local.get $n) (i32.const 1)) (then
      (local.set $bytes (i32.shl (local.get $n) (i32.const 2)))
      (i32.store (i32.const 0) (call $alloc (local.get $bytes)))
      (i32.store (i32.const 4) (call $alloc (local.get $bytes)))
      (call $write (i32.load (i32.const 0)) (i32.const 0) (local.get $data) (local.get $bytes))
      (call $dispatch (i32.const 2048) (i32.const 1040) (i32.const 0) (i32.const 2)
        (i32.const 1) (i32.const 1) (i32.const 1))
      (call $read (i32.load (i32.const 0)) (i32.const 0) (local.get $data) (local.get $bytes))))))
