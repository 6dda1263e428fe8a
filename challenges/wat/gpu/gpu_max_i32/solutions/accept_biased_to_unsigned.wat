(module
  (import "env" "gpu_alloc" (func $alloc (param i32) (result i32)))
  (import "env" "gpu_write" (func $write (param i32 i32 i32 i32)))
  (import "env" "gpu_read" (func $read (param i32 i32 i32 i32)))
  (import "env" "gpu_dispatch" (func $dispatch (param i32 i32 i32 i32 i32 i32 i32)))
  (memory (export "memory") 1)
  ;; With the sign bit flipped, the order is that of unsigned numbers, and 0 is the smallest.
  (data (i32.const 1024)
    "@group(0) @binding(0) var<storage, read> a: array<u32>;\n"
    "@group(0) @binding(1) var<storage, read_write> largest: atomic<u32>;\n"
    "var<workgroup> of_group: atomic<u32>;\n"
    "@compute @workgroup_size(256)\n"
    "fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(local_invocation_index) lane: u32) {\n"
    "  var mine = 0u;\n"
    "  for (var i = id.x; i < arrayLength(&a); i += 1024u) {\n"
    "    mine = max(mine, a[i] ^ 0x80000000u);\n"
    "  }\n"
    "  if (lane == 0u) { atomicStore(&of_group, 0u); }\n"
    "  workgroupBarrier();\n"
    "  atomicMax(&of_group, mine);\n"
    "  workgroupBarrier();\n"
    "  if (lane == 0u) { atomicMax(&largest, atomicLoad(&of_group)); }\n"
    "}\n")
  (func (export "gpu_max_i32") (param $in i32) (param $n i32) (result i32)
    (i32.store (i32.const 0) (call $alloc (i32.mul (local.get $n) (i32.const 4))))
    (i32.store (i32.const 4) (call $alloc (i32.const 4)))
    (call $write (i32.load (i32.const 0)) (i32.const 0)
      (local.get $in) (i32.mul (local.get $n) (i32.const 4)))
    (call $dispatch (i32.const 1024) (i32.const 604) (i32.const 0) (i32.const 2)
      (i32.const 4) (i32.const 1) (i32.const 1))
    (call $read (i32.load (i32.const 4)) (i32.const 0) (i32.const 8) (i32.const 4))
    (i32.xor (i32.load (i32.const 8)) (i32.const 0x80000000))))
