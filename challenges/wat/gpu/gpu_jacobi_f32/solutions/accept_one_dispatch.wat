(module
  (import "env" "gpu_alloc" (func $alloc (param i32) (result i32)))
  (import "env" "gpu_write" (func $write (param i32 i32 i32 i32)))
  (import "env" "gpu_read" (func $read (param i32 i32 i32 i32)))
  (import "env" "gpu_dispatch" (func $dispatch (param i32 i32 i32 i32 i32 i32 i32)))
  (memory (export "memory") 1)
  ;; One workgroup takes all steps in one dispatch, with barriers between. The first
  ;; buffer holds the rows, the columns and the steps, the second one both grids.
  (data (i32.const 4096)
    "struct Task { rows: u32, cols: u32, steps: u32 }\n"
    "@group(0) @binding(0) var<storage, read> task: Task;\n"
    "@group(0) @binding(1) var<storage, read_write> grids: array<f32>;\n"
    "@compute @workgroup_size(256)\n"
    "fn main(@builtin(local_invocation_index) lane: u32) {\n"
    "  let cells = task.rows * task.cols;\n"
    "  for (var step = 0u; step < task.steps; step++) {\n"
    "    let source = (step & 1u) * cells;\n"
    "    for (var i = lane; i < cells; i += 256u) {\n"
    "      let row = i / task.cols;\n"
    "      let col = i % task.cols;\n"
    "      let border = row == 0u || col == 0u || row == task.rows - 1u || col == task.cols - 1u;\n"
    "      if (!border) {\n"
    "        let k = source + i;\n"
    "        let across = grids[k - 1u] + grids[k + 1u];\n"
    "        let along = grids[k - task.cols] + grids[k + task.cols];\n"
    "        grids[cells - source + i] = (across + along) / 4.0;\n"
    "      }\n"
    "    }\n"
    "    storageBarrier();\n"
    "  }\n"
    "}\n")
  (func (export "gpu_jacobi_f32")
    (param $in i32) (param $out i32) (param $rows i32) (param $cols i32) (param $steps i32)
    (local $bytes i32)
    (local $grids i32)
    (local.set $bytes (i32.mul (i32.mul (local.get $rows) (local.get $cols)) (i32.const 4)))
    (i32.store (i32.const 100) (local.get $rows))
    (i32.store (i32.const 104) (local.get $cols))
    (i32.store (i32.const 108) (local.get $steps))
    (i32.store (i32.const 96) (call $alloc (i32.const 12)))
    (call $write (i32.load (i32.const 96)) (i32.const 0) (i32.const 100) (i32.const 12))
    (local.set $grids (call $alloc (i32.shl (local.get $bytes) (i32.const 1))))
    (call $write (local.get $grids) (i32.const 0) (local.get $in) (local.get $bytes))
    (call $write (local.get $grids) (local.get $bytes) (local.get $in) (local.get $bytes))
    (i32.store (i32.const 100) (local.get $grids))
    (call $dispatch (i32.const 4096) (i32.const 848) (i32.const 96) (i32.const 2)
      (i32.const 1) (i32.const 1) (i32.const 1))
    (call $read (local.get $grids)
      (i32.mul (local.get $bytes) (i32.and (local.get $steps) (i32.const 1)))
      (local.get $out) (local.get $bytes))))
