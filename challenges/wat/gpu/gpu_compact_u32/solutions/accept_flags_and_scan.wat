(module
  (import "env" "gpu_alloc" (func $alloc (param i32) (result i32)))
  (import "env" "gpu_write" (func $write (param i32 i32 i32 i32)))
  (import "env" "gpu_read" (func $read (param i32 i32 i32 i32)))
  (import "env" "gpu_dispatch" (func $dispatch (param i32 i32 i32 i32 i32 i32 i32)))
  (memory (export "memory") 1)
  ;; The places come from a scan over flags by doubling distances, one dispatch each; the last
  ;; shader moves the elements. Handles at 0: distance, sums, other sums; at 16: input, sums, output.
  (data (i32.const 1024)
    "@group(0) @binding(0) var<storage, read> a: array<u32>;\n"
    "@group(0) @binding(1) var<storage, read_write> flags: array<u32>;\n"
    "@group(0) @binding(2) var<storage, read_write> result: array<u32>;\n"
    "@compute @workgroup_size(128)\n"
    "fn main(@builtin(global_invocation_id) id: vec3u) {\n"
    "  if (id.x < arrayLength(&a)) {\n"
    "    flags[id.x] = min(a[id.x], 1u);\n"
    "    result[id.x] = 0u;\n"
    "  }\n"
    "}\n")
  (data (i32.const 2048)
    "@group(0) @binding(0) var<storage, read> distance: u32;\n"
    "@group(0) @binding(1) var<storage, read> old: array<u32>;\n"
    "@group(0) @binding(2) var<storage, read_write> sums: array<u32>;\n"
    "@compute @workgroup_size(128)\n"
    "fn main(@builtin(global_invocation_id) id: vec3u) {\n"
    "  if (id.x < arrayLength(&old)) {\n"
    "    var sum = old[id.x];\n"
    "    if (id.x >= distance) { sum += old[id.x - distance]; }\n"
    "    sums[id.x] = sum;\n"
    "  }\n"
    "}\n")
  (data (i32.const 3072)
    "@group(0) @binding(0) var<storage, read> a: array<u32>;\n"
    "@group(0) @binding(1) var<storage, read> sums: array<u32>;\n"
    "@group(0) @binding(2) var<storage, read_write> result: array<u32>;\n"
    "@compute @workgroup_size(128)\n"
    "fn main(@builtin(global_invocation_id) id: vec3u) {\n"
    "  if (id.x < arrayLength(&a) && a[id.x] != 0u) {\n"
    "    result[sums[id.x] - 1u] = a[id.x];\n"
    "  }\n"
    "}\n")
  (func $run (param $text i32) (param $length i32) (param $handles i32) (param $n i32)
    (call $dispatch (local.get $text) (local.get $length) (local.get $handles) (i32.const 3)
      (i32.shr_u (i32.add (local.get $n) (i32.const 127)) (i32.const 7))
      (i32.const 1) (i32.const 1)))
  (func (export "gpu_compact_u32") (param $in i32) (param $out i32) (param $n i32) (result i32)
    (local $bytes i32)
    (local $distance i32)
    (local $sums i32)
    (if (i32.eqz (local.tee $bytes (i32.shl (local.get $n) (i32.const 2))))
      (then (return (i32.const 0))))
    (i32.store (i32.const 0) (call $alloc (i32.const 4)))
    (i32.store (i32.const 4) (call $alloc (local.get $bytes)))
    (i32.store (i32.const 8) (call $alloc (local.get $bytes)))
    (i32.store (i32.const 16) (call $alloc (local.get $bytes)))
    (i32.store (i32.const 20) (i32.load (i32.const 4)))
    (i32.store (i32.const 24) (call $alloc (local.get $bytes)))
    (call $write (i32.load (i32.const 16)) (i32.const 0) (local.get $in) (local.get $bytes))
    (call $run (i32.const 1024) (i32.const 368) (i32.const 16) (local.get $n))
    (local.set $distance (i32.const 1))
    (loop $step
      (i32.store (i32.const 32) (local.get $distance))
      (call $write (i32.load (i32.const 0)) (i32.const 0) (i32.const 32) (i32.const 4))
      (call $run (i32.const 2048) (i32.const 407) (i32.const 0) (local.get $n))
      (local.set $sums (i32.load (i32.const 8)))
      (i32.store (i32.const 8) (i32.load (i32.const 4)))
      (i32.store (i32.const 4) (local.get $sums))
      (local.set $distance (i32.shl (local.get $distance) (i32.const 1)))
      (br_if $step (i32.lt_u (local.get $distance) (local.get $n))))
    (i32.store (i32.const 20) (local.get $sums))
    (call $run (i32.const 3072) (i32.const 358) (i32.const 16) (local.get $n))
    (call $read (local.get $sums) (i32.sub (local.get $bytes) (i32.const 4))
      (i32.const 36) (i32.const 4))
    (call $read (i32.load (i32.const 24)) (i32.const 0)
      (local.get $out) (i32.mul (i32.load (i32.const 36)) (i32.const 4)))
    (i32.load (i32.const 36))))
