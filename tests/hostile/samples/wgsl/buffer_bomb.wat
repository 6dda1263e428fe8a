;; verdict: out_of_memory, crashed
;; memory_mib: 16
;; One after the other.
(module
  (import "env" "gpu_alloc" (func $alloc (param i32) (result i32)))
  (import "env" "gpu_write" (func $write (param i32 i32 i32 i32)))
  (import "env" "gpu_read" (func $read (param i32 i32 i32 i32)))
  (import "env" "gpu_dispatch" (func $dispatch (param i32 i32 i32 i32 i32 i32 i32)))
  (memory (export "memory") 1)
  (data (i32.const 256) "@group(0) @binding(0) var<storage, read_write> x: array<u32>; @compute @workgroup_size(1) fn main() { x[0] = x[0] + 1u; }")
  (func (export "f") (param $ptr i32)
    (local $buffer i32)
    (loop $more (drop (call $alloc (i32.const 1048576))) (br $more))
    (local.set $buffer (call $alloc (i32.const 4)))
    (i32.store (i32.const 0) (local.get $buffer))
    (call $write (local.get $buffer) (i32.const 0) (local.get $ptr) (i32.const 4))
    (call $dispatch (i32.const 256) (i32.const 121) (i32.const 0) (i32.const 1)
      (i32.const 1) (i32.const 1) (i32.const 1))
    (call $read (local.get $buffer) (i32.const 0) (local.get $ptr) (i32.const 4))))
