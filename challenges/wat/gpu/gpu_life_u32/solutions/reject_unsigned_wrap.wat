;; reject: test_shapes wrong_answer - subtracts before the remainder: 2**32 - 1 mod cols
(module
  (import "env" "gpu_alloc" (func $alloc (param i32) (result i32)))
  (import "env" "gpu_write" (func $write (param i32 i32 i32 i32)))
  (import "env" "gpu_read" (func $read (param i32 i32 i32 i32)))
  (import "env" "gpu_dispatch" (func $dispatch (param i32 i32 i32 i32 i32 i32 i32)))
  (memory (export "memory") 1)
  ;; 0: handles of the size and of the two grids, which are swapped after each step; 16: the size.
  (data (i32.const 1024)
    "@group(0) @binding(0) var<storage, read> size: vec2<u32>;\n"
    "@group(0) @binding(1) var<storage, read> old: array<u32>;\n"
    "@group(0) @binding(2) var<storage, read_write> next: array<u32>;\n"
    "@compute @workgroup_size(8, 8)\n"
    "fn main(@builtin(global_invocation_id) id: vec3<u32>) {\n"
    "  let rows = size.x;\n"
    "  let cols = size.y;\n"
    "  if (id.y >= rows || id.x >= cols) {\n"
    "    return;\n"
    "  }\n"
    "  let i = id.y * cols + id.x;\n"
    "  var neighbours = 0u;\n"
    "  for (var dr = 0u; dr < 3u; dr++) {\n"
    "    for (var dc = 0u; dc < 3u; dc++) {\n"
    "      neighbours += old[(id.y - 1u + dr) % rows * cols + (id.x - 1u + dc) % cols];\n"
    "    }\n"
    "  }\n"
    "  neighbours -= old[i];\n"
    "  next[i] = select(0u, 1u, neighbours == 3u || (neighbours == 2u && old[i] == 1u));\n"
    "}\n")
  ;; Store at $slot the handle of a new buffer that holds $bytes bytes from $ptr.
  (func $upload (param $slot i32) (param $ptr i32) (param $bytes i32)
    (i32.store (local.get $slot) (call $alloc (local.get $bytes)))
    (call $write (i32.load (local.get $slot)) (i32.const 0) (local.get $ptr) (local.get $bytes)))
  (func (export "gpu_life_u32")
    (param $in i32) (param $out i32) (param $rows i32) (param $cols i32) (param $steps i32)
    (local $bytes i32)
    (local $other i32)
    (local.set $bytes (i32.shl (i32.mul (local.get $rows) (local.get $cols)) (i32.const 2)))
    (i32.store (i32.const 16) (local.get $rows))
    (i32.store (i32.const 20) (local.get $cols))
    (call $upload (i32.const 0) (i32.const 16) (i32.const 8))
    (call $upload (i32.const 4) (local.get $in) (local.get $bytes))
    (call $upload (i32.const 8) (local.get $in) (local.get $bytes))
    (block $done
      (loop $step
        (br_if $done (i32.eqz (local.get $steps)))
        (call $dispatch (i32.const 1024) (i32.const 696) (i32.const 0) (i32.const 3)
          (i32.shr_u (i32.add (local.get $cols) (i32.const 7)) (i32.const 3))
          (i32.shr_u (i32.add (local.get $rows) (i32.const 7)) (i32.const 3))
          (i32.const 1))
        (local.set $other (i32.load (i32.const 4)))
        (i32.store (i32.const 4) (i32.load (i32.const 8)))
        (i32.store (i32.const 8) (local.get $other))
        (local.set $steps (i32.sub (local.get $steps) (i32.const 1)))
        (br $step)))
    (call $read (i32.load (i32.const 4)) (i32.const 0) (local.get $out) (local.get $bytes))))
