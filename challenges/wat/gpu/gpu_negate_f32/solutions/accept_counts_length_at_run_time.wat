(module
  (import "env" "gpu_alloc" (func $alloc (param i32) (result i32)))
  (import "env" "gpu_write" (func $write (param i32 i32 i32 i32)))
  (import "env" "gpu_read" (func $read (param i32 i32 i32 i32)))
  (import "env" "gpu_dispatch" (func $dispatch (param i32 i32 i32 i32 i32 i32 i32)))
  (memory (export "memory") 1)
  ;; The shader ends with a NUL byte, and its length is counted when it is needed.
  (data (i32.const 2048)
    "@group(0) @binding(0) var<storage, read> source: array<u32>;\n"
    "@group(0) @binding(1) var<storage, read_write> result: array<u32>;\n"
    "\n"
    "@compute @workgroup_size(16, 16)\n"
    "fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {\n"
    "  let i = group.x * 256u + lane;\n"
    "  if (i < arrayLength(&result)) {\n"
    "    result[i] = source[i] ^ 0x80000000u;\n"
    "  }\n"
    "}\n"
    "\00")
  (func $length (param $text i32) (result i32)
    (local $end i32)
    (local.set $end (local.get $text))
    (block $found
      (loop $next
        (br_if $found (i32.eqz (i32.load8_u (local.get $end))))
        (local.set $end (i32.add (local.get $end) (i32.const 1)))
        (br $next)))
    (i32.sub (local.get $end) (local.get $text)))
  (func (export "gpu_negate_f32") (param $in i32) (param $out i32) (param $n i32)
    (local $size i32)
    (local.set $size (i32.shl (local.get $n) (i32.const 2)))
    (i32.store (i32.const 1000) (call $alloc (local.get $size)))
    (i32.store (i32.const 1004) (call $alloc (local.get $size)))
    (call $write (i32.load (i32.const 1000)) (i32.const 0) (local.get $in) (local.get $size))
    (call $dispatch (i32.const 2048) (call $length (i32.const 2048)) (i32.const 1000) (i32.const 2)
      (i32.div_u (i32.add (local.get $n) (i32.const 255)) (i32.const 256))
      (i32.const 1) (i32.const 1))
    (call $read (i32.load (i32.const 1004)) (i32.const 0) (local.get $out) (local.get $size))))
