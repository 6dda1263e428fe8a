(module
  (import "env" "gpu_alloc" (func $alloc (param i32) (result i32)))
  (import "env" "gpu_write" (func $write (param i32 i32 i32 i32)))
  (import "env" "gpu_read" (func $read (param i32 i32 i32 i32)))
  (import "env" "gpu_dispatch" (func $dispatch (param i32 i32 i32 i32 i32 i32 i32)))
  (memory (export "memory") 1)
  ;; Each dispatch adds the element at twice the distance of the one before, from one buffer to
  ;; another. The handles at 0 are those of the distance, the source and the target.
  (data (i32.const 64)
    "@group(0) @binding(0) var<storage, read> distance: u32;\n"
    "@group(0) @binding(1) var<storage, read> source: array<u32>;\n"
    "@group(0) @binding(2) var<storage, read_write> target_sums: array<u32>;\n"
    "@compute @workgroup_size(64)\n"
    "fn main(@builtin(global_invocation_id) id: vec3<u32>) {\n"
    "  let i = id.x;\n"
    "  if (i >= arrayLength(&source)) { return; }\n"
    "  if (i < distance) {\n"
    "    target_sums[i] = source[i];\n"
    "  } else {\n"
    "    target_sums[i] = source[i] + source[i - distance];\n"
    "  }\n"
    "}\n")
  (func (export "gpu_prefix_sum_u32") (param $in i32) (param $out i32) (param $n i32)
    (local $bytes i32)
    (local $distance i32)
    (local $other i32)
    (local.set $bytes (i32.shl (local.get $n) (i32.const 2)))
    (i32.store (i32.const 0) (call $alloc (i32.const 4)))
    (i32.store (i32.const 4) (call $alloc (local.get $bytes)))
    (i32.store (i32.const 8) (call $alloc (local.get $bytes)))
    (call $write (i32.load (i32.const 4)) (i32.const 0) (local.get $in) (local.get $bytes))
    (local.set $distance (i32.const 1))
    (loop $step
      (i32.store (i32.const 12) (local.get $distance))
      (call $write (i32.load (i32.const 0)) (i32.const 0) (i32.const 12) (i32.const 4))
      (call $dispatch (i32.const 64) (i32.const 461) (i32.const 0) (i32.const 3)
        (i32.div_u (i32.add (local.get $n) (i32.const 63)) (i32.const 64))
        (i32.const 1) (i32.const 1))
      (local.set $other (i32.load (i32.const 4)))
      (i32.store (i32.const 4) (i32.load (i32.const 8)))
      (i32.store (i32.const 8) (local.get $other))
      (local.set $distance (i32.shl (local.get $distance) (i32.const 1)))
      (br_if $step (i32.lt_u (local.get $distance) (local.get $n))))
    (call $read (i32.load (i32.const 4)) (i32.const 0) (local.get $out) (local.get $bytes))))
