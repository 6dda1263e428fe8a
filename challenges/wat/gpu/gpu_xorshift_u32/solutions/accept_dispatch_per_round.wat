(module
  (import "env" "gpu_alloc" (func $alloc (param i32) (result i32)))
  (import "env" "gpu_write" (func $write (param i32 i32 i32 i32)))
  (import "env" "gpu_read" (func $read (param i32 i32 i32 i32)))
  (import "env" "gpu_dispatch" (func $dispatch (param i32 i32 i32 i32 i32 i32 i32)))
  (memory (export "memory") 1)
  ;; One dispatch per round, in place.
  (data (i32.const 1024)
    "@group(0) @binding(0) var<storage, read_write> state: array<u32>;\n"
    "@compute @workgroup_size(256)\n"
    "fn main(@builtin(global_invocation_id) id: vec3<u32>) {\n"
    "  if (id.x < arrayLength(&state)) {\n"
    "    let x = state[id.x];\n"
    "    let y = x ^ (x << 13);\n"
    "    let z = y ^ (y >> 17);\n"
    "    state[id.x] = z ^ (z << 5);\n"
    "  }\n"
    "}\n")
  (func (export "gpu_xorshift_u32")
    (param $in i32) (param $out i32) (param $n i32) (param $rounds i32)
    (local $bytes i32)
    (local.set $bytes (i32.shl (local.get $n) (i32.const 2)))
    (if (i32.eqz (local.get $n)) (then (return)))
    (i32.store (i32.const 0) (call $alloc (local.get $bytes)))
    (call $write (i32.load (i32.const 0)) (i32.const 0) (local.get $in) (local.get $bytes))
    (block $done
      (loop $round
        (br_if $done (i32.eqz (local.get $rounds)))
        (call $dispatch (i32.const 1024) (i32.const 305) (i32.const 0) (i32.const 1)
          (i32.div_u (i32.add (local.get $n) (i32.const 255)) (i32.const 256))
          (i32.const 1) (i32.const 1))
        (local.set $rounds (i32.sub (local.get $rounds) (i32.const 1)))
        (br $round)))
    (call $read (i32.load (i32.const 0)) (i32.const 0) (local.get $out) (local.get $bytes))))
