;; reject: test_shapes wrong_answer - forgets to divide by the sum
(module
  (import "env" "gpu_alloc" (func $alloc (param i32) (result i32)))
  (import "env" "gpu_write" (func $write (param i32 i32 i32 i32)))
  (import "env" "gpu_read" (func $read (param i32 i32 i32 i32)))
  (import "env" "gpu_dispatch" (func $dispatch (param i32 i32 i32 i32 i32 i32 i32)))
  (memory (export "memory") 1)
  ;; 0: handles of the number of columns, the input and the output; 16: the number of columns.
  (data (i32.const 1024)
    "@group(0) @binding(0) var<storage, read> cols: u32;\n"
    "@group(0) @binding(1) var<storage, read> a: array<f32>;\n"
    "@group(0) @binding(2) var<storage, read_write> b: array<f32>;\n"
    "var<workgroup> parts: array<f32, 64>;\n"
    "\n"
    "// One workgroup for each row.\n"
    "@compute @workgroup_size(64)\n"
    "fn main(@builtin(workgroup_id) row: vec3<u32>, @builtin(local_invocation_index) lane: u32) {\n"
    "  let start = row.x * cols;\n"
    "  var largest = a[start];\n"
    "  for (var i = lane; i < cols; i += 64u) {\n"
    "    largest = max(largest, a[start + i]);\n"
    "  }\n"
    "  parts[lane] = largest;\n"
    "  workgroupBarrier();\n"
    "  for (var half = 32u; half > 0u; half /= 2u) {\n"
    "    if (lane < half) {\n"
    "      parts[lane] = max(parts[lane], parts[lane + half]);\n"
    "    }\n"
    "    workgroupBarrier();\n"
    "  }\n"
    "  largest = parts[0];\n"
    "  workgroupBarrier();\n"
    "  var sum = 0.0;\n"
    "  for (var i = lane; i < cols; i += 64u) {\n"
    "    sum += exp(a[start + i] - largest);\n"
    "  }\n"
    "  parts[lane] = sum;\n"
    "  workgroupBarrier();\n"
    "  for (var half = 32u; half > 0u; half /= 2u) {\n"
    "    if (lane < half) {\n"
    "      parts[lane] += parts[lane + half];\n"
    "    }\n"
    "    workgroupBarrier();\n"
    "  }\n"
    "  for (var i = lane; i < cols; i += 64u) {\n"
    "    b[start + i] = exp(a[start + i] - largest);\n"
    "  }\n"
    "}\n")
  ;; Store at $slot the handle of a new buffer that holds $bytes bytes from $ptr.
  (func $upload (param $slot i32) (param $ptr i32) (param $bytes i32)
    (i32.store (local.get $slot) (call $alloc (local.get $bytes)))
    (call $write (i32.load (local.get $slot)) (i32.const 0) (local.get $ptr) (local.get $bytes)))
  (func (export "gpu_softmax_rows_f32")
    (param $in i32) (param $out i32) (param $rows i32) (param $cols i32)
    (local $bytes i32)
    (local.set $bytes (i32.shl (i32.mul (local.get $rows) (local.get $cols)) (i32.const 2)))
    (if (i32.eqz (local.get $bytes)) (then (return)))
    (i32.store (i32.const 16) (local.get $cols))
    (call $upload (i32.const 0) (i32.const 16) (i32.const 4))
    (call $upload (i32.const 4) (local.get $in) (local.get $bytes))
    (i32.store (i32.const 8) (call $alloc (local.get $bytes)))
    (call $dispatch (i32.const 1024) (i32.const 1149) (i32.const 0) (i32.const 3)
      (local.get $rows) (i32.const 1) (i32.const 1))
    (call $read (i32.load (i32.const 8)) (i32.const 0) (local.get $out) (local.get $bytes))))
