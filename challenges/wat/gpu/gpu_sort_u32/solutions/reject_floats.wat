;; reject: test_values wrong_answer - compares as f32, which holds 24 bits
(module
  (import "env" "gpu_alloc" (func $alloc (param i32) (result i32)))
  (import "env" "gpu_write" (func $write (param i32 i32 i32 i32)))
  (import "env" "gpu_read" (func $read (param i32 i32 i32 i32)))
  (import "env" "gpu_dispatch" (func $dispatch (param i32 i32 i32 i32 i32 i32 i32)))
  (memory (export "memory") 1)
  ;; 0: handles of the unsorted and the sorted numbers.
  (data (i32.const 1024)
    "@group(0) @binding(0) var<storage, read> a: array<u32>;\n"
    "@group(0) @binding(1) var<storage, read_write> b: array<u32>;\n"
    "\n"
    "// The place of a number is how many stand before it.\n"
    "@compute @workgroup_size(64)\n"
    "fn main(@builtin(global_invocation_id) id: vec3<u32>) {\n"
    "  let n = arrayLength(&a);\n"
    "  if (id.x >= n) {\n"
    "    return;\n"
    "  }\n"
    "  let mine = a[id.x];\n"
    "  var place = 0u;\n"
    "  for (var i = 0u; i < n; i++) {\n"
    "    if (f32(a[i]) < f32(mine) || (f32(a[i]) == f32(mine) && i < id.x)) {\n"
    "      place++;\n"
    "    }\n"
    "  }\n"
    "  b[place] = mine;\n"
    "}\n")
  ;; Store at $slot the handle of a new buffer that holds $bytes bytes from $ptr.
  (func $upload (param $slot i32) (param $ptr i32) (param $bytes i32)
    (i32.store (local.get $slot) (call $alloc (local.get $bytes)))
    (call $write (i32.load (local.get $slot)) (i32.const 0) (local.get $ptr) (local.get $bytes)))
  (func (export "gpu_sort_u32") (param $data i32) (param $n i32)
    (local $bytes i32)
    (if (i32.eqz (local.get $n)) (then (return)))
    (local.set $bytes (i32.shl (local.get $n) (i32.const 2)))
    (call $upload (i32.const 0) (local.get $data) (local.get $bytes))
    (i32.store (i32.const 4) (call $alloc (local.get $bytes)))
    (call $dispatch (i32.const 1024) (i32.const 512) (i32.const 0) (i32.const 2)
      (i32.shr_u (i32.add (local.get $n) (i32.const 63)) (i32.const 6)) (i32.const 1) (i32.const 1))
    (call $read (i32.load (i32.const 4)) (i32.const 0) (local.get $data) (local.get $bytes))))
