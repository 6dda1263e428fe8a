;; reject: test_rounds wrong_answer - runs one round where none is asked for
(module
  (import "env" "gpu_alloc" (func $alloc (param i32) (result i32)))
  (import "env" "gpu_write" (func $write (param i32 i32 i32 i32)))
  (import "env" "gpu_read" (func $read (param i32 i32 i32 i32)))
  (import "env" "gpu_dispatch" (func $dispatch (param i32 i32 i32 i32 i32 i32 i32)))
  (memory (export "memory") 1)
  ;; 0: handles of the number of rounds, the input and the output; 16: the number of rounds.
  (data (i32.const 1024)
    "@group(0) @binding(0) var<storage, read> rounds: u32;\n"
    "@group(0) @binding(1) var<storage, read> a: array<u32>;\n"
    "@group(0) @binding(2) var<storage, read_write> b: array<u32>;\n"
    "@compute @workgroup_size(64)\n"
    "fn main(@builtin(global_invocation_id) id: vec3<u32>) {\n"
    "  if (id.x >= arrayLength(&b)) { return; }\n"
    "  var x = a[id.x];\n"
    "  for (var k = 0u; k < max(rounds, 1u); k++) {\n"
    "    x ^= x << 13u;\n"
    "    x ^= x >> 17u;\n"
    "    x ^= x << 5u;\n"
    "  }\n"
    "  b[id.x] = x;\n"
    "}\n")
  ;; Store at $slot the handle of a new buffer that holds $bytes bytes from $ptr.
  (func $upload (param $slot i32) (param $ptr i32) (param $bytes i32)
    (i32.store (local.get $slot) (call $alloc (local.get $bytes)))
    (call $write (i32.load (local.get $slot)) (i32.const 0) (local.get $ptr) (local.get $bytes)))
  (func (export "gpu_xorshift_u32")
    (param $in i32) (param $out i32) (param $n i32) (param $rounds i32)
    (local $bytes i32)
    (if (i32.eqz (local.get $n)) (then (return)))
    (local.set $bytes (i32.shl (local.get $n) (i32.const 2)))
    (i32.store (i32.const 16) (local.get $rounds))
    (call $upload (i32.const 0) (i32.const 16) (i32.const 4))
    (call $upload (i32.const 4) (local.get $in) (local.get $bytes))
    (i32.store (i32.const 8) (call $alloc (local.get $bytes)))
    (call $dispatch (i32.const 1024) (i32.const 443) (i32.const 0) (i32.const 3)
      (i32.shr_u (i32.add (local.get $n) (i32.const 63)) (i32.const 6)) (i32.const 1) (i32.const 1))
    (call $read (i32.load (i32.const 8)) (i32.const 0) (local.get $out) (local.get $bytes))))
