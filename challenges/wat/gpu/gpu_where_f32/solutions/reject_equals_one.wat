;; reject: test_any_nonzero_is_true wrong_answer - only 1 counts as true
(module
  (import "env" "gpu_alloc" (func $alloc (param i32) (result i32)))
  (import "env" "gpu_write" (func $write (param i32 i32 i32 i32)))
  (import "env" "gpu_read" (func $read (param i32 i32 i32 i32)))
  (import "env" "gpu_dispatch" (func $dispatch (param i32 i32 i32 i32 i32 i32 i32)))
  (memory (export "memory") 1)
  ;; 0: handles of the condition, a, b and the output.
  (data (i32.const 1024)
    "@group(0) @binding(0) var<storage, read> condition: array<u32>;\n"
    "@group(0) @binding(1) var<storage, read> a: array<f32>;\n"
    "@group(0) @binding(2) var<storage, read> b: array<f32>;\n"
    "@group(0) @binding(3) var<storage, read_write> result: array<f32>;\n"
    "@compute @workgroup_size(64)\n"
    "fn main(@builtin(global_invocation_id) id: vec3<u32>) {\n"
    "  let i = id.x;\n"
    "  if (i < arrayLength(&result)) {\n"
    "    result[i] = select(b[i], a[i], condition[i] == 1u);\n"
    "  }\n"
    "}\n")
  ;; Store at $slot the handle of a new buffer that holds $bytes bytes from $ptr.
  (func $upload (param $slot i32) (param $ptr i32) (param $bytes i32)
    (i32.store (local.get $slot) (call $alloc (local.get $bytes)))
    (call $write (i32.load (local.get $slot)) (i32.const 0) (local.get $ptr) (local.get $bytes)))
  (func (export "gpu_where_f32")
    (param $condition i32) (param $a i32) (param $b i32) (param $out i32) (param $n i32)
    (local $bytes i32)
    (if (i32.eqz (local.get $n)) (then (return)))
    (local.set $bytes (i32.shl (local.get $n) (i32.const 2)))
    (call $upload (i32.const 0) (local.get $condition) (local.get $bytes))
    (call $upload (i32.const 4) (local.get $a) (local.get $bytes))
    (call $upload (i32.const 8) (local.get $b) (local.get $bytes))
    (i32.store (i32.const 12) (call $alloc (local.get $bytes)))
    (call $dispatch (i32.const 1024) (i32.const 440) (i32.const 0) (i32.const 4)
      (i32.shr_u (i32.add (local.get $n) (i32.const 63)) (i32.const 6)) (i32.const 1) (i32.const 1))
    (call $read (i32.load (i32.const 12)) (i32.const 0) (local.get $out) (local.get $bytes))))
