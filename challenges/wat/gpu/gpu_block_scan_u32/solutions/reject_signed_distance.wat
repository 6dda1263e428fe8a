;; reject: test_lengths crashed - compares u32 with i32
(module
  (import "env" "gpu_alloc" (func $alloc (param i32) (result i32)))
  (import "env" "gpu_write" (func $write (param i32 i32 i32 i32)))
  (import "env" "gpu_read" (func $read (param i32 i32 i32 i32)))
  (import "env" "gpu_dispatch" (func $dispatch (param i32 i32 i32 i32 i32 i32 i32)))
  (memory (export "memory") 1)
  ;; 0: handles of the input and the output.
  (data (i32.const 1024)
    "@group(0) @binding(0) var<storage, read> a: array<u32>;\n"
    "@group(0) @binding(1) var<storage, read_write> b: array<u32>;\n"
    "var<workgroup> sums: array<u32, 256>;\n"
    "\n"
    "@compute @workgroup_size(256)\n"
    "fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(local_invocation_index) lane: u32) {\n"
    "  let n = arrayLength(&a);\n"
    "  var sum = 0u;\n"
    "  if (id.x < n) {\n"
    "    sum = a[id.x];\n"
    "  }\n"
    "  sums[lane] = sum;\n"
    "  workgroupBarrier();\n"
    "  for (var distance = 1i; distance < 256i; distance *= 2i) {\n"
    "    if (lane >= distance) {\n"
    "      sum += sums[lane - distance];\n"
    "    }\n"
    "    workgroupBarrier();\n"
    "    sums[lane] = sum;\n"
    "    workgroupBarrier();\n"
    "  }\n"
    "  if (id.x < n) {\n"
    "    b[id.x] = sum;\n"
    "  }\n"
    "}\n")
  (func (export "gpu_block_scan_u32") (param $in i32) (param $out i32) (param $n i32)
    (local $bytes i32)
    (if (i32.eqz (local.get $n)) (then (return)))
    (local.set $bytes (i32.shl (local.get $n) (i32.const 2)))
    (i32.store (i32.const 0) (call $alloc (local.get $bytes)))
    (i32.store (i32.const 4) (call $alloc (local.get $bytes)))
    (call $write (i32.load (i32.const 0)) (i32.const 0) (local.get $in) (local.get $bytes))
    (call $dispatch (i32.const 1024) (i32.const 661) (i32.const 0) (i32.const 2)
      (i32.shr_u (i32.add (local.get $n) (i32.const 255)) (i32.const 8)) (i32.const 1) (i32.const 1))
    (call $read (i32.load (i32.const 4)) (i32.const 0) (local.get $out) (local.get $bytes))))
