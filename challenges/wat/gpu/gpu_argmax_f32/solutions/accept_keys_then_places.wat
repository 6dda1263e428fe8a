(module
  (import "env" "gpu_alloc" (func $alloc (param i32) (result i32)))
  (import "env" "gpu_write" (func $write (param i32 i32 i32 i32)))
  (import "env" "gpu_read" (func $read (param i32 i32 i32 i32)))
  (import "env" "gpu_dispatch" (func $dispatch (param i32 i32 i32 i32 i32 i32 i32)))
  (memory (export "memory") 1)
  ;; The first shader finds the largest value, as a number whose order is that of unsigned integers.
  ;; The second one finds the first place where it stands, counted from the end.
  (data (i32.const 1024)
    "@group(0) @binding(0) var<storage, read_write> a: array<u32>;\n"
    "@group(0) @binding(1) var<storage, read_write> found: array<atomic<u32>, 2>;\n"
    "@compute @workgroup_size(64)\n"
    "fn main(@builtin(global_invocation_id) id: vec3<u32>) {\n"
    "  if (id.x < arrayLength(&a)) {\n"
    "    var bits = a[id.x];\n"
    "    if (bits == 0x80000000u) { bits = 0u; }\n"
    "    bits = select(bits | 0x80000000u, ~bits, bits >= 0x80000000u);\n"
    "    a[id.x] = bits;\n"
    "    atomicMax(&found[0], bits);\n"
    "  }\n"
    "}\n")
  (data (i32.const 4096)
    "@group(0) @binding(0) var<storage, read> a: array<u32>;\n"
    "@group(0) @binding(1) var<storage, read_write> found: array<atomic<u32>, 2>;\n"
    "@compute @workgroup_size(64)\n"
    "fn main(@builtin(global_invocation_id) id: vec3<u32>) {\n"
    "  if (id.x < arrayLength(&a) && a[id.x] == atomicLoad(&found[0])) {\n"
    "    atomicMax(&found[1], arrayLength(&a) - id.x);\n"
    "  }\n"
    "}\n")
  (func (export "gpu_argmax_f32") (param $in i32) (param $n i32) (result i32)
    (local $groups i32)
    (local.set $groups (i32.div_u (i32.add (local.get $n) (i32.const 63)) (i32.const 64)))
    (i32.store (i32.const 0) (call $alloc (i32.shl (local.get $n) (i32.const 2))))
    (i32.store (i32.const 4) (call $alloc (i32.const 8)))
    (call $write (i32.load (i32.const 0)) (i32.const 0)
      (local.get $in) (i32.shl (local.get $n) (i32.const 2)))
    (call $dispatch (i32.const 1024) (i32.const 449) (i32.const 0) (i32.const 2)
      (local.get $groups) (i32.const 1) (i32.const 1))
    (call $dispatch (i32.const 4096) (i32.const 342) (i32.const 0) (i32.const 2)
      (local.get $groups) (i32.const 1) (i32.const 1))
    (call $read (i32.load (i32.const 4)) (i32.const 4) (i32.const 8) (i32.const 4))
    (i32.sub (local.get $n) (i32.load (i32.const 8)))))
