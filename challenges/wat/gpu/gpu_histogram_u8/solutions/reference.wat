(module
  (import "env" "gpu_alloc" (func $alloc (param i32) (result i32)))
  (import "env" "gpu_write" (func $write (param i32 i32 i32 i32)))
  (import "env" "gpu_read" (func $read (param i32 i32 i32 i32)))
  (import "env" "gpu_dispatch" (func $dispatch (param i32 i32 i32 i32 i32 i32 i32)))
  (memory (export "memory") 1)
  ;; 0: handles of n, the bytes and the counts; 16: n, to be uploaded.
  (data (i32.const 1024)
    "@group(0) @binding(0) var<storage, read> n: u32;\n"
    "@group(0) @binding(1) var<storage, read> words: array<u32>;\n"
    "@group(0) @binding(2) var<storage, read_write> counts: array<atomic<u32>, 256>;\n"
    "@compute @workgroup_size(64)\n"
    "fn main(@builtin(global_invocation_id) id: vec3<u32>) {\n"
    "  for (var k = 0u; k < 4u; k++) {\n"
    "    let i = 4u * id.x + k;\n"
    "    if (i < n) {\n"
    "      let byte = (words[id.x] >> (8u * k)) & 255u;\n"
    "      atomicAdd(&counts[byte], 1u);\n"
    "    }\n"
    "  }\n"
    "}\n")
  ;; Store at $slot the handle of a new buffer that holds $bytes bytes from $ptr.
  (func $upload (param $slot i32) (param $ptr i32) (param $bytes i32)
    (i32.store (local.get $slot) (call $alloc (local.get $bytes)))
    (call $write (i32.load (local.get $slot)) (i32.const 0) (local.get $ptr) (local.get $bytes)))
  (func (export "gpu_histogram_u8") (param $in i32) (param $counts i32) (param $n i32)
    (local $words i32)
    ;; The last word may reach past the array; what lies there is not counted.
    (local.set $words (i32.shr_u (i32.add (local.get $n) (i32.const 3)) (i32.const 2)))
    (i32.store (i32.const 16) (local.get $n))
    (call $upload (i32.const 0) (i32.const 16) (i32.const 4))
    (call $upload (i32.const 4) (local.get $in) (i32.shl (local.get $words) (i32.const 2)))
    (i32.store (i32.const 8) (call $alloc (i32.const 1024)))
    (call $dispatch (i32.const 1024) (i32.const 451) (i32.const 0) (i32.const 3)
      (i32.shr_u (i32.add (local.get $words) (i32.const 63)) (i32.const 6))
      (i32.const 1) (i32.const 1))
    (call $read (i32.load (i32.const 8)) (i32.const 0) (local.get $counts) (i32.const 1024))))
