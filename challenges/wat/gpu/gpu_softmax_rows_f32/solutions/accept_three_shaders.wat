(module
  (import "env" "gpu_alloc" (func $alloc (param i32) (result i32)))
  (import "env" "gpu_write" (func $write (param i32 i32 i32 i32)))
  (import "env" "gpu_read" (func $read (param i32 i32 i32 i32)))
  (import "env" "gpu_dispatch" (func $dispatch (param i32 i32 i32 i32 i32 i32 i32)))
  (memory (export "memory") 1)
  ;; One invocation for each row finds its maximum, another shader the sums, a third one the quotients.
  ;; The texts lie in one segment; each ends with a line break. What is known of the rows, the maximum
  ;; and the sum, goes in a buffer of pairs, whose length is the number of rows.
  (data (i32.const 512)
    "@group(0) @binding(0) var<storage, read> x: array<f32>;\n"
    "@group(0) @binding(1) var<storage, read_write> rows: array<vec2<f32>>;\n"
    "@compute @workgroup_size(32)\n"
    "fn main(@builtin(global_invocation_id) id: vec3<u32>) {\n"
    "  if (id.x >= arrayLength(&rows)) { return; }\n"
    "  let cols = arrayLength(&x) / arrayLength(&rows);\n"
    "  var largest = x[id.x * cols];\n"
    "  for (var i = 1u; i < cols; i++) { largest = max(largest, x[id.x * cols + i]); }\n"
    "  rows[id.x].x = largest;\n"
    "}\n"
    "@group(0) @binding(0) var<storage, read> x: array<f32>;\n"
    "@group(0) @binding(1) var<storage, read_write> rows: array<vec2<f32>>;\n"
    "@compute @workgroup_size(32)\n"
    "fn main(@builtin(global_invocation_id) id: vec3<u32>) {\n"
    "  if (id.x >= arrayLength(&rows)) { return; }\n"
    "  let cols = arrayLength(&x) / arrayLength(&rows);\n"
    "  var sum = 0.0;\n"
    "  for (var i = 0u; i < cols; i++) {\n"
    "    sum += exp2((x[id.x * cols + i] - rows[id.x].x) * 1.442695);\n"
    "  }\n"
    "  rows[id.x].y = sum;\n"
    "}\n"
    "@group(0) @binding(0) var<storage, read_write> x: array<f32>;\n"
    "@group(0) @binding(1) var<storage, read> rows: array<vec2<f32>>;\n"
    "@compute @workgroup_size(32)\n"
    "fn main(@builtin(workgroup_id) row: vec3<u32>, @builtin(local_invocation_index) lane: u32) {\n"
    "  let cols = arrayLength(&x) / arrayLength(&rows);\n"
    "  for (var i = row.x * cols + lane; i < (row.x + 1u) * cols; i += 32u) {\n"
    "    x[i] = exp2((x[i] - rows[row.x].x) * 1.442695) * (1.0 / rows[row.x].y);\n"
    "  }\n"
    "}\n")
  (func (export "gpu_softmax_rows_f32")
    (param $in i32) (param $out i32) (param $rows i32) (param $cols i32)
    (local $bytes i32)
    (local $groups i32)
    (local.set $bytes (i32.mul (i32.mul (local.get $rows) (local.get $cols)) (i32.const 4)))
    (br_if 0 (i32.eqz (local.get $bytes)))
    (local.set $groups (i32.shr_u (i32.add (local.get $rows) (i32.const 31)) (i32.const 5)))
    (i32.store (i32.const 0) (call $alloc (local.get $bytes)))
    (i32.store (i32.const 4) (call $alloc (i32.shl (local.get $rows) (i32.const 3))))
    (call $write (i32.load (i32.const 0)) (i32.const 0) (local.get $in) (local.get $bytes))
    (call $dispatch (i32.const 512) (i32.const 451) (i32.const 0) (i32.const 2)
      (local.get $groups) (i32.const 1) (i32.const 1))
    (call $dispatch (i32.const 963) (i32.const 455) (i32.const 0) (i32.const 2)
      (local.get $groups) (i32.const 1) (i32.const 1))
    (call $dispatch (i32.const 1418) (i32.const 455) (i32.const 0) (i32.const 2)
      (local.get $rows) (i32.const 1) (i32.const 1))
    (call $read (i32.load (i32.const 0)) (i32.const 0) (local.get $out) (local.get $bytes))))
