(module
  (import "env" "gpu_alloc" (func $alloc (param i32) (result i32)))
  (import "env" "gpu_write" (func $write (param i32 i32 i32 i32)))
  (import "env" "gpu_read" (func $read (param i32 i32 i32 i32)))
  (import "env" "gpu_dispatch" (func $dispatch (param i32 i32 i32 i32 i32 i32 i32)))
  (memory (export "memory") 1)
  ;; The buffers are kept from call to call and made anew, twice as large, when they are too small.
  ;; The result starts as b; the shader overwrites some of it.
  (data (i32.const 4096)
    "@group(0) @binding(0) var<storage, read> condition: array<i32>;\n"
    "@group(0) @binding(1) var<storage, read> a: array<f32>;\n"
    "@group(0) @binding(2) var<storage, read_write> b: array<f32>;\n"
    "@group(0) @binding(3) var<storage, read> n: u32;\n"
    "@compute @workgroup_size(256)\n"
    "fn main(@builtin(global_invocation_id) id: vec3<u32>) {\n"
    "  if (id.x < n && condition[id.x] != 0) {\n"
    "    b[id.x] = a[id.x];\n"
    "  }\n"
    "}\n")
  (global $capacity (mut i32) (i32.const 0))
  (func $make_room (param $bytes i32)
    (if (i32.gt_u (local.get $bytes) (global.get $capacity)) (then
      (global.set $capacity (i32.shl (local.get $bytes) (i32.const 1)))
      (i32.store (i32.const 64) (call $alloc (global.get $capacity)))
      (i32.store (i32.const 68) (call $alloc (global.get $capacity)))
      (i32.store (i32.const 72) (call $alloc (global.get $capacity)))
      (i32.store (i32.const 76) (call $alloc (i32.const 4))))))
  (func (export "gpu_where_f32")
    (param $condition i32) (param $a i32) (param $b i32) (param $out i32) (param $n i32)
    (local $bytes i32)
    (local.set $bytes (i32.shl (local.get $n) (i32.const 2)))
    (if (i32.eqz (local.get $bytes)) (then (return)))
    (call $make_room (local.get $bytes))
    (i32.store (i32.const 128) (local.get $n))
    (call $write (i32.load (i32.const 64)) (i32.const 0) (local.get $condition) (local.get $bytes))
    (call $write (i32.load (i32.const 68)) (i32.const 0) (local.get $a) (local.get $bytes))
    (call $write (i32.load (i32.const 72)) (i32.const 0) (local.get $b) (local.get $bytes))
    (call $write (i32.load (i32.const 76)) (i32.const 0) (i32.const 128) (i32.const 4))
    (call $dispatch (i32.const 4096) (i32.const 388) (i32.const 64) (i32.const 4)
      (i32.div_u (i32.add (local.get $n) (i32.const 255)) (i32.const 256))
      (i32.const 1) (i32.const 1))
    (call $read (i32.load (i32.const 72)) (i32.const 0) (local.get $out) (local.get $bytes))))
