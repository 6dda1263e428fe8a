;; reject: test_negative wrong_answer - the result starts as 0, which is too large
(module
  (import "env" "gpu_alloc" (func $alloc (param i32) (result i32)))
  (import "env" "gpu_write" (func $write (param i32 i32 i32 i32)))
  (import "env" "gpu_read" (func $read (param i32 i32 i32 i32)))
  (import "env" "gpu_dispatch" (func $dispatch (param i32 i32 i32 i32 i32 i32 i32)))
  (memory (export "memory") 1)
  ;; 0: handles of the input and the result; 16: the result, first the smallest number there is.
  (data (i32.const 1024)
    "@group(0) @binding(0) var<storage, read> a: array<i32>;\n"
    "@group(0) @binding(1) var<storage, read_write> largest: atomic<i32>;\n"
    "@compute @workgroup_size(256)\n"
    "fn main(@builtin(global_invocation_id) id: vec3<u32>) {\n"
    "  if (id.x < arrayLength(&a)) {\n"
    "    atomicMax(&largest, a[id.x]);\n"
    "  }\n"
    "}\n")
  ;; Store at $slot the handle of a new buffer that holds $bytes bytes from $ptr.
  (func $upload (param $slot i32) (param $ptr i32) (param $bytes i32)
    (i32.store (local.get $slot) (call $alloc (local.get $bytes)))
    (call $write (i32.load (local.get $slot)) (i32.const 0) (local.get $ptr) (local.get $bytes)))
  (func (export "gpu_max_i32") (param $in i32) (param $n i32) (result i32)
    (i32.store (i32.const 16) (i32.const 0))
    (call $upload (i32.const 0) (local.get $in) (i32.shl (local.get $n) (i32.const 2)))
    (call $upload (i32.const 4) (i32.const 16) (i32.const 4))
    (call $dispatch (i32.const 1024) (i32.const 283) (i32.const 0) (i32.const 2)
      (i32.shr_u (i32.add (local.get $n) (i32.const 255)) (i32.const 8)) (i32.const 1) (i32.const 1))
    (call $read (i32.load (i32.const 4)) (i32.const 0) (i32.const 16) (i32.const 4))
    (i32.load (i32.const 16))))
