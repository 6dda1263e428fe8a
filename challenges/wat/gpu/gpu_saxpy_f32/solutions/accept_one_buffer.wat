(module
  (import "env" "gpu_alloc" (func $alloc (param i32) (result i32)))
  (import "env" "gpu_write" (func $write (param i32 i32 i32 i32)))
  (import "env" "gpu_read" (func $read (param i32 i32 i32 i32)))
  (import "env" "gpu_dispatch" (func $dispatch (param i32 i32 i32 i32 i32 i32 i32)))
  (memory (export "memory") 1)
  ;; One buffer holds a, then x, then y.
  (data (i32.const 256)
    "struct Data {\n"
    "  a: f32,\n"
    "  xy: array<f32>,\n"
    "}\n"
    "@group(0) @binding(0) var<storage, read_write> data: Data;\n"
    "@compute @workgroup_size(256)\n"
    "fn main(@builtin(global_invocation_id) id: vec3<u32>) {\n"
    "  let n = arrayLength(&data.xy) / 2u;\n"
    "  if (id.x < n) {\n"
    "    data.xy[n + id.x] = fma(data.a, data.xy[id.x], data.xy[n + id.x]);\n"
    "  }\n"
    "}\n")
  (func (export "gpu_saxpy_f32") (param $a f32) (param $x i32) (param $y i32) (param $n i32)
    (local $bytes i32)
    (local $all i32)
    (br_if 0 (i32.eqz (local.get $n)))
    (local.set $bytes (i32.mul (local.get $n) (i32.const 4)))
    (f32.store (i32.const 8) (local.get $a))
    (local.set $all
      (call $alloc (i32.add (i32.const 4) (i32.mul (local.get $bytes) (i32.const 2)))))
    (i32.store (i32.const 12) (local.get $all))
    (call $write (local.get $all) (i32.const 0) (i32.const 8) (i32.const 4))
    (call $write (local.get $all) (i32.const 4) (local.get $x) (local.get $bytes))
    (call $write (local.get $all) (i32.add (i32.const 4) (local.get $bytes))
      (local.get $y) (local.get $bytes))
    (call $dispatch (i32.const 256) (i32.const 322) (i32.const 12) (i32.const 1)
      (i32.div_u (i32.add (local.get $n) (i32.const 255)) (i32.const 256))
      (i32.const 1) (i32.const 1))
    (call $read (local.get $all) (i32.add (i32.const 4) (local.get $bytes))
      (local.get $y) (local.get $bytes))))
