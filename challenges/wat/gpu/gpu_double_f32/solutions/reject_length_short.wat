;; reject: test_lengths crashed - passes a byte length that cuts the shader
(module
  (import "env" "gpu_alloc" (func $alloc (param i32) (result i32)))
  (import "env" "gpu_write" (func $write (param i32 i32 i32 i32)))
  (import "env" "gpu_read" (func $read (param i32 i32 i32 i32)))
  (import "env" "gpu_dispatch" (func $dispatch (param i32 i32 i32 i32 i32 i32 i32)))
  (memory (export "memory") 1)
  ;; Address 0 holds the handles of the input and the output.
  (data (i32.const 1024)
    "@group(0) @binding(0) var<storage, read> a: array<f32>;\n"
    "@group(0) @binding(1) var<storage, read_write> b: array<f32>;\n"
    "@compute @workgroup_size(64)\n"
    "fn main(@builtin(global_invocation_id) id: vec3<u32>) {\n"
    "  if (id.x < arrayLength(&b)) {\n"
    "    b[id.x] = a[id.x] * 2.0;\n"
    "  }\n"
    "}\n")
  (func (export "gpu_double_f32") (param $in i32) (param $out i32) (param $n i32)
    (local $bytes i32)
    (if (i32.eqz (local.get $n)) (then (return)))
    (local.set $bytes (i32.shl (local.get $n) (i32.const 2)))
    (i32.store (i32.const 0) (call $alloc (local.get $bytes)))
    (i32.store (i32.const 4) (call $alloc (local.get $bytes)))
    (call $write (i32.load (i32.const 0)) (i32.const 0) (local.get $in) (local.get $bytes))
    (call $dispatch (i32.const 1024) (i32.const 260) (i32.const 0) (i32.const 2)
      (i32.shr_u (i32.add (local.get $n) (i32.const 63)) (i32.const 6)) (i32.const 1) (i32.const 1))
    (call $read (i32.load (i32.const 4)) (i32.const 0) (local.get $out) (local.get $bytes))))
