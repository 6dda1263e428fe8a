(module
  (import "env" "gpu_alloc" (func $alloc (param i32) (result i32)))
  (import "env" "gpu_write" (func $write (param i32 i32 i32 i32)))
  (import "env" "gpu_read" (func $read (param i32 i32 i32 i32)))
  (import "env" "gpu_dispatch" (func $dispatch (param i32 i32 i32 i32 i32 i32 i32)))
  (memory (export "memory") 1)
  ;; Each invocation goes through one block, in place. No workgroup memory.
  (data (i32.const 1024)
    "@group(0) @binding(0) var<storage, read_write> x: array<u32>;\n"
    "@compute @workgroup_size(16)\n"
    "fn main(@builtin(global_invocation_id) id: vec3<u32>) {\n"
    "  var sum = 0u;\n"
    "  let end = min(arrayLength(&x), (id.x + 1u) * 256u);\n"
    "  for (var i = id.x * 256u; i < end; i++) {\n"
    "    sum += x[i];\n"
    "    x[i] = sum;\n"
    "  }\n"
    "}\n")
  (func (export "gpu_block_scan_u32") (param $in i32) (param $out i32) (param $n i32)
    (local $bytes i32)
    (local.set $bytes (i32.shl (local.get $n) (i32.const 2)))
    (i32.store (i32.const 0) (call $alloc (local.get $bytes)))
    (call $write (i32.load (i32.const 0)) (i32.const 0) (local.get $in) (local.get $bytes))
    (call $dispatch (i32.const 1024) (i32.const 300) (i32.const 0) (i32.const 1)
      (i32.div_u (i32.add (local.get $n) (i32.const 4095)) (i32.const 4096))
      (i32.const 1) (i32.const 1))
    (call $read (i32.load (i32.const 0)) (i32.const 0) (local.get $out) (local.get $bytes))))
