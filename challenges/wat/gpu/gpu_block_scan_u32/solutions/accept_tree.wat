(module
  (import "env" "gpu_alloc" (func $alloc (param i32) (result i32)))
  (import "env" "gpu_write" (func $write (param i32 i32 i32 i32)))
  (import "env" "gpu_read" (func $read (param i32 i32 i32 i32)))
  (import "env" "gpu_dispatch" (func $dispatch (param i32 i32 i32 i32 i32 i32 i32)))
  (memory (export "memory") 1)
  ;; Sums up a tree and down again; 128 invocations for the 256 elements of a block.
  (data (i32.const 1024)
    "@group(0) @binding(0) var<storage, read> a: array<u32>;\n"
    "@group(0) @binding(1) var<storage, read_write> b: array<u32>;\n"
    "var<workgroup> t: array<u32, 256>;\n"
    "\n"
    "@compute @workgroup_size(128)\n"
    "fn main(@builtin(workgroup_id) block: vec3<u32>, @builtin(local_invocation_index) lane: u32) {\n"
    "  let n = arrayLength(&a);\n"
    "  let first = block.x * 256u + 2u * lane;\n"
    "  t[2u * lane] = select(0u, a[min(first, n - 1u)], first < n);\n"
    "  t[2u * lane + 1u] = select(0u, a[min(first + 1u, n - 1u)], first + 1u < n);\n"
    "  for (var step = 1u; step < 256u; step <<= 1u) {\n"
    "    workgroupBarrier();\n"
    "    let right = (lane + 1u) * 2u * step - 1u;\n"
    "    if (right < 256u) { t[right] += t[right - step]; }\n"
    "  }\n"
    "  for (var step = 64u; step > 0u; step >>= 1u) {\n"
    "    workgroupBarrier();\n"
    "    let left = (lane + 1u) * 2u * step - 1u;\n"
    "    if (left + step < 256u) { t[left + step] += t[left]; }\n"
    "  }\n"
    "  workgroupBarrier();\n"
    "  if (first < n) { b[first] = t[2u * lane]; }\n"
    "  if (first + 1u < n) { b[first + 1u] = t[2u * lane + 1u]; }\n"
    "}\n")
  (func (export "gpu_block_scan_u32") (param $in i32) (param $out i32) (param $n i32)
    (local $bytes i32)
    (local.set $bytes (i32.shl (local.get $n) (i32.const 2)))
    (i32.store (i32.const 8) (call $alloc (local.get $bytes)))
    (i32.store (i32.const 12) (call $alloc (local.get $bytes)))
    (call $write (i32.load (i32.const 8)) (i32.const 0) (local.get $in) (local.get $bytes))
    (call $dispatch (i32.const 1024) (i32.const 980) (i32.const 8) (i32.const 2)
      (i32.div_u (i32.add (local.get $n) (i32.const 255)) (i32.const 256))
      (i32.const 1) (i32.const 1))
    (call $read (i32.load (i32.const 12)) (i32.const 0) (local.get $out) (local.get $bytes))))
