;; reject: test_shapes wrong_answer - moves the tiles but not the elements in them
(module
  (import "env" "gpu_alloc" (func $alloc (param i32) (result i32)))
  (import "env" "gpu_write" (func $write (param i32 i32 i32 i32)))
  (import "env" "gpu_read" (func $read (param i32 i32 i32 i32)))
  (import "env" "gpu_dispatch" (func $dispatch (param i32 i32 i32 i32 i32 i32 i32)))
  (memory (export "memory") 1)
  ;; 0: handles of the size, the input and the output; 16: the size, to be uploaded.
  (data (i32.const 1024)
    "struct Size { rows: u32, cols: u32 }\n"
    "@group(0) @binding(0) var<storage, read> size: Size;\n"
    "@group(0) @binding(1) var<storage, read> a: array<f32>;\n"
    "@group(0) @binding(2) var<storage, read_write> b: array<f32>;\n"
    "var<workgroup> tile: array<array<f32, 17>, 16>;\n"
    "\n"
    "@compute @workgroup_size(16, 16)\n"
    "fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_id) lane: vec3<u32>) {\n"
    "  let row = group.y * 16u + lane.y;\n"
    "  let col = group.x * 16u + lane.x;\n"
    "  if (row < size.rows && col < size.cols) {\n"
    "    tile[lane.y][lane.x] = a[row * size.cols + col];\n"
    "  }\n"
    "  workgroupBarrier();\n"
    "  let out_row = group.x * 16u + lane.y;\n"
    "  let out_col = group.y * 16u + lane.x;\n"
    "  if (out_row < size.cols && out_col < size.rows) {\n"
    "    b[out_row * size.rows + out_col] = tile[lane.y][lane.x];\n"
    "  }\n"
    "}\n")
  ;; Store at $slot the handle of a new buffer that holds $bytes bytes from $ptr.
  (func $upload (param $slot i32) (param $ptr i32) (param $bytes i32)
    (i32.store (local.get $slot) (call $alloc (local.get $bytes)))
    (call $write (i32.load (local.get $slot)) (i32.const 0) (local.get $ptr) (local.get $bytes)))
  (func $tiles (param $count i32) (result i32)
    (i32.shr_u (i32.add (local.get $count) (i32.const 15)) (i32.const 4)))
  (func (export "gpu_transpose_f32")
    (param $in i32) (param $out i32) (param $rows i32) (param $cols i32)
    (local $bytes i32)
    (local.set $bytes (i32.shl (i32.mul (local.get $rows) (local.get $cols)) (i32.const 2)))
    (if (i32.eqz (local.get $bytes)) (then (return)))
    (i32.store (i32.const 16) (local.get $rows))
    (i32.store (i32.const 20) (local.get $cols))
    (call $upload (i32.const 0) (i32.const 16) (i32.const 8))
    (call $upload (i32.const 4) (local.get $in) (local.get $bytes))
    (i32.store (i32.const 8) (call $alloc (local.get $bytes)))
    (call $dispatch (i32.const 1024) (i32.const 782) (i32.const 0) (i32.const 3)
      (call $tiles (local.get $cols)) (call $tiles (local.get $rows)) (i32.const 1))
    (call $read (i32.load (i32.const 8)) (i32.const 0) (local.get $out) (local.get $bytes))))
