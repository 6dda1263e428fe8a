(module
  (import "env" "gpu_alloc" (func $alloc (param i32) (result i32)))
  (import "env" "gpu_write" (func $write (param i32 i32 i32 i32)))
  (import "env" "gpu_read" (func $read (param i32 i32 i32 i32)))
  (import "env" "gpu_dispatch" (func $dispatch (param i32 i32 i32 i32 i32 i32 i32)))
  (memory (export "memory") 1)
  ;; No atomics: each dispatch leaves half as many numbers, from one buffer to the other and back.
  (data (i32.const 512)
    "@group(0) @binding(0) var<storage, read> a: array<i32>;\n"
    "@group(0) @binding(1) var<storage, read_write> b: array<i32>;\n"
    "@compute @workgroup_size(64)\n"
    "fn main(@builtin(global_invocation_id) id: vec3<u32>) {\n"
    "  if (id.x < arrayLength(&b)) {\n"
    "    b[id.x] = max(a[2u * id.x], a[min(2u * id.x + 1u, arrayLength(&a) - 1u)]);\n"
    "  }\n"
    "}\n")
  (func (export "gpu_max_i32") (param $in i32) (param $n i32) (result i32)
    (local $from i32)
    (local $to i32)
    (local.set $from (call $alloc (i32.shl (local.get $n) (i32.const 2))))
    (call $write (local.get $from) (i32.const 0)
      (local.get $in) (i32.shl (local.get $n) (i32.const 2)))
    (block $done
      (loop $halve
        (br_if $done (i32.le_u (local.get $n) (i32.const 1)))
        (local.set $n (i32.shr_u (i32.add (local.get $n) (i32.const 1)) (i32.const 1)))
        (local.set $to (call $alloc (i32.shl (local.get $n) (i32.const 2))))
        (i32.store (i32.const 64) (local.get $from))
        (i32.store (i32.const 68) (local.get $to))
        (call $dispatch (i32.const 512) (i32.const 320) (i32.const 64) (i32.const 2)
          (i32.shr_u (i32.add (local.get $n) (i32.const 63)) (i32.const 6))
          (i32.const 1) (i32.const 1))
        (local.set $from (local.get $to))
        (br $halve)))
    (call $read (local.get $from) (i32.const 0) (i32.const 72) (i32.const 4))
    (i32.load (i32.const 72))))
