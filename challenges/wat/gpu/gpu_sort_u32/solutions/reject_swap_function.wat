;; reject: test_lengths crashed - WGSL has no function swap
(module
  (import "env" "gpu_alloc" (func $alloc (param i32) (result i32)))
  (import "env" "gpu_write" (func $write (param i32 i32 i32 i32)))
  (import "env" "gpu_read" (func $read (param i32 i32 i32 i32)))
  (import "env" "gpu_dispatch" (func $dispatch (param i32 i32 i32 i32 i32 i32 i32)))
  (memory (export "memory") 1)
  ;; A bitonic network over the next power of two; what is missing counts as the largest number.
  (data (i32.const 1024)
    "struct Step { size: u32, distance: u32 }\n"
    "@group(0) @binding(0) var<storage, read_write> x: array<u32>;\n"
    "@group(0) @binding(1) var<storage, read> step: Step;\n"
    "@compute @workgroup_size(64)\n"
    "fn main(@builtin(global_invocation_id) id: vec3<u32>) {\n"
    "  let other = id.x ^ step.distance;\n"
    "  if (other > id.x && other < arrayLength(&x) && x[id.x] > x[other]) {\n"
    "    swap(&x[id.x], &x[other]);\n"
    "  }\n"
    "}\n")
  (func (export "gpu_sort_u32") (param $data i32) (param $n i32)
    (local $bytes i32)
    (local $size i32)
    (local $distance i32)
    (local.set $bytes (i32.shl (local.get $n) (i32.const 2)))
    (i32.store (i32.const 0) (call $alloc (local.get $bytes)))
    (i32.store (i32.const 4) (call $alloc (i32.const 8)))
    (call $write (i32.load (i32.const 0)) (i32.const 0) (local.get $data) (local.get $bytes))
    (local.set $size (i32.const 2))
    (block $sorted
      (loop $merge
        (br_if $sorted
          (i32.ge_u (i32.shr_u (local.get $size) (i32.const 1)) (local.get $n)))
        (local.set $distance (i32.shr_u (local.get $size) (i32.const 1)))
        (loop $step
          (i32.store (i32.const 8) (local.get $size))
          (i32.store (i32.const 12) (local.get $distance))
          (call $write (i32.load (i32.const 4)) (i32.const 0) (i32.const 8) (i32.const 8))
          (call $dispatch (i32.const 1024) (i32.const 385) (i32.const 0) (i32.const 2)
            (i32.div_u (i32.add (local.get $n) (i32.const 63)) (i32.const 64))
            (i32.const 1) (i32.const 1))
          (local.set $distance (i32.shr_u (local.get $distance) (i32.const 1)))
          (br_if $step (local.get $distance)))
        (local.set $size (i32.shl (local.get $size) (i32.const 1)))
        (br $merge)))
    (call $read (i32.load (i32.const 0)) (i32.const 0) (local.get $data) (local.get $bytes))))
