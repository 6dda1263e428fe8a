(module
  (import "env" "gpu_alloc" (func $alloc (param i32) (result i32)))
  (import "env" "gpu_write" (func $write (param i32 i32 i32 i32)))
  (import "env" "gpu_read" (func $read (param i32 i32 i32 i32)))
  (import "env" "gpu_dispatch" (func $dispatch (param i32 i32 i32 i32 i32 i32 i32)))
  (memory (export "memory") 1)
  ;; One invocation for each element of the output; the number of rows comes as the length of a buffer.
  (data (i32.const 100)
    "@group(0) @binding(0) var<storage, read> a: array<f32>;\n"
    "@group(0) @binding(1) var<storage, read> per_row: array<u32>;\n"
    "@group(0) @binding(2) var<storage, read_write> b: array<f32>;\n"
    "@compute @workgroup_size(64)\n"
    "fn main(@builtin(global_invocation_id) id: vec3<u32>) {\n"
    "  let rows = arrayLength(&per_row);\n"
    "  let cols = arrayLength(&a) / rows;\n"
    "  let i = id.x;\n"
    "  if (i < arrayLength(&b)) {\n"
    "    b[i] = a[(i % rows) * cols + i / rows];\n"
    "  }\n"
    "}\n")
  (func (export "gpu_transpose_f32")
    (param $in i32) (param $out i32) (param $rows i32) (param $cols i32)
    (local $n i32)
    (local.set $n (i32.mul (local.get $rows) (local.get $cols)))
    (br_if 0 (i32.eqz (local.get $n)))
    (i32.store (i32.const 0) (call $alloc (i32.mul (local.get $n) (i32.const 4))))
    (i32.store (i32.const 4) (call $alloc (i32.mul (local.get $rows) (i32.const 4))))
    (i32.store (i32.const 8) (call $alloc (i32.mul (local.get $n) (i32.const 4))))
    (call $write (i32.load (i32.const 0)) (i32.const 0)
      (local.get $in) (i32.mul (local.get $n) (i32.const 4)))
    (call $dispatch (i32.const 100) (i32.const 433) (i32.const 0) (i32.const 3)
      (i32.div_u (i32.add (local.get $n) (i32.const 63)) (i32.const 64))
      (i32.const 1) (i32.const 1))
    (call $read (i32.load (i32.const 8)) (i32.const 0)
      (local.get $out) (i32.mul (local.get $n) (i32.const 4)))))
