(module
  (import "env" "gpu_alloc" (func $alloc (param i32) (result i32)))
  (import "env" "gpu_write" (func $write (param i32 i32 i32 i32)))
  (import "env" "gpu_read" (func $read (param i32 i32 i32 i32)))
  (import "env" "gpu_dispatch" (func $dispatch (param i32 i32 i32 i32 i32 i32 i32)))
  (memory (export "memory") 1)
  ;; One workgroup takes all steps. Bit 0 of a cell is its state, bit 1 the state of the next step.
  (data (i32.const 1024)
    "@group(0) @binding(0) var<storage, read_write> cells: array<u32>;\n"
    "@group(0) @binding(1) var<storage, read> shape: array<i32, 3>;\n"
    "\n"
    "fn alive(row: i32, col: i32) -> u32 {\n"
    "  let r = select(select(row, 0, row == shape[0]), shape[0] - 1, row < 0);\n"
    "  let c = select(select(col, 0, col == shape[1]), shape[1] - 1, col < 0);\n"
    "  return cells[r * shape[1] + c] & 1u;\n"
    "}\n"
    "\n"
    "@compute @workgroup_size(256)\n"
    "fn main(@builtin(local_invocation_index) lane: u32) {\n"
    "  let n = shape[0] * shape[1];\n"
    "  for (var step = 0; step < shape[2]; step++) {\n"
    "    for (var i = i32(lane); i < n; i += 256) {\n"
    "      let row = i / shape[1];\n"
    "      let col = i % shape[1];\n"
    "      let above = alive(row - 1, col - 1) + alive(row - 1, col) + alive(row - 1, col + 1);\n"
    "      let below = alive(row + 1, col - 1) + alive(row + 1, col) + alive(row + 1, col + 1);\n"
    "      let sum = above + below + alive(row, col - 1) + alive(row, col + 1);\n"
    "      // Of 8 bits, the one for the sum tells: 2 keeps, 3 gives life.\n"
    "      let lives = ((8u | ((cells[i] & 1u) << 2u)) >> sum) & 1u;\n"
    "      cells[i] |= lives << 1u;\n"
    "    }\n"
    "    storageBarrier();\n"
    "    for (var i = i32(lane); i < n; i += 256) { cells[i] >>= 1u; }\n"
    "    storageBarrier();\n"
    "  }\n"
    "}\n")
  (func (export "gpu_life_u32")
    (param $in i32) (param $out i32) (param $rows i32) (param $cols i32) (param $steps i32)
    (local $bytes i32)
    (i32.store (i32.const 0) (local.get $rows))
    (i32.store (i32.const 4) (local.get $cols))
    (i32.store (i32.const 8) (local.get $steps))
    (local.set $bytes (i32.mul (i32.mul (local.get $rows) (local.get $cols)) (i32.const 4)))
    (i32.store (i32.const 16) (call $alloc (local.get $bytes)))
    (i32.store (i32.const 20) (call $alloc (i32.const 12)))
    (call $write (i32.load (i32.const 16)) (i32.const 0) (local.get $in) (local.get $bytes))
    (call $write (i32.load (i32.const 20)) (i32.const 0) (i32.const 0) (i32.const 12))
    (call $dispatch (i32.const 1024) (i32.const 1172) (i32.const 16) (i32.const 2)
      (i32.const 1) (i32.const 1) (i32.const 1))
    (call $read (i32.load (i32.const 16)) (i32.const 0) (local.get $out) (local.get $bytes))))
