;; reject: test_empty_sums wrong_answer - returns early for k = 0 and leaves c as it is
(module
  (import "env" "gpu_alloc" (func $alloc (param i32) (result i32)))
  (import "env" "gpu_write" (func $write (param i32 i32 i32 i32)))
  (import "env" "gpu_read" (func $read (param i32 i32 i32 i32)))
  (import "env" "gpu_dispatch" (func $dispatch (param i32 i32 i32 i32 i32 i32 i32)))
  (memory (export "memory") 1)
  ;; 0: handles of the sizes, a, b and c; 16: the sizes m, k and n, to be uploaded.
  (data (i32.const 1024)
    "struct Sizes { m: u32, k: u32, n: u32 }\n"
    "@group(0) @binding(0) var<storage, read> size: Sizes;\n"
    "@group(0) @binding(1) var<storage, read> a: array<f32>;\n"
    "@group(0) @binding(2) var<storage, read> b: array<f32>;\n"
    "@group(0) @binding(3) var<storage, read_write> c: array<f32>;\n"
    "var<workgroup> a_tile: array<array<f32, 16>, 16>;\n"
    "var<workgroup> b_tile: array<array<f32, 16>, 16>;\n"
    "\n"
    "@compute @workgroup_size(16, 16)\n"
    "fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(local_invocation_id) lane: vec3<u32>) {\n"
    "  var sum = 0.0;\n"
    "  for (var start = 0u; start < size.k; start += 16u) {\n"
    "    let a_col = start + lane.x;\n"
    "    let b_row = start + lane.y;\n"
    "    a_tile[lane.y][lane.x] = 0.0;\n"
    "    b_tile[lane.y][lane.x] = 0.0;\n"
    "    if (id.y < size.m && a_col < size.k) {\n"
    "      a_tile[lane.y][lane.x] = a[id.y * size.k + a_col];\n"
    "    }\n"
    "    if (b_row < size.k && id.x < size.n) {\n"
    "      b_tile[lane.y][lane.x] = b[b_row * size.n + id.x];\n"
    "    }\n"
    "    workgroupBarrier();\n"
    "    for (var j = 0u; j < 16u; j++) {\n"
    "      sum += a_tile[lane.y][j] * b_tile[j][lane.x];\n"
    "    }\n"
    "    workgroupBarrier();\n"
    "  }\n"
    "  if (id.y < size.m && id.x < size.n) {\n"
    "    c[id.y * size.n + id.x] = sum;\n"
    "  }\n"
    "}\n")
  ;; Store at $slot the handle of a new buffer that holds $bytes bytes from $ptr.
  (func $upload (param $slot i32) (param $ptr i32) (param $bytes i32)
    (i32.store (local.get $slot) (call $alloc (local.get $bytes)))
    (call $write (i32.load (local.get $slot)) (i32.const 0) (local.get $ptr) (local.get $bytes)))
  (func $tiles (param $count i32) (result i32)
    (i32.shr_u (i32.add (local.get $count) (i32.const 15)) (i32.const 4)))
  (func $bytes (param $rows i32) (param $cols i32) (result i32)
    (i32.shl (i32.mul (local.get $rows) (local.get $cols)) (i32.const 2)))
  (func (export "gpu_matmul_f32")
    (param $a i32) (param $b i32) (param $c i32) (param $m i32) (param $k i32) (param $n i32)
    (local $size i32)
    (local.set $size (call $bytes (local.get $m) (local.get $n)))
    (if (i32.eqz (i32.mul (local.get $size) (local.get $k))) (then (return)))
    (i32.store (i32.const 16) (local.get $m))
    (i32.store (i32.const 20) (local.get $k))
    (i32.store (i32.const 24) (local.get $n))
    (call $upload (i32.const 0) (i32.const 16) (i32.const 12))
    (call $upload (i32.const 4) (local.get $a) (call $bytes (local.get $m) (local.get $k)))
    (call $upload (i32.const 8) (local.get $b) (call $bytes (local.get $k) (local.get $n)))
    (i32.store (i32.const 12) (call $alloc (local.get $size)))
    (call $dispatch (i32.const 1024) (i32.const 1149) (i32.const 0) (i32.const 4)
      (call $tiles (local.get $n)) (call $tiles (local.get $m)) (i32.const 1))
    (call $read (i32.load (i32.const 12)) (i32.const 0) (local.get $c) (local.get $size))))
