(module
  (import "env" "gpu_alloc" (func $alloc (param i32) (result i32)))
  (import "env" "gpu_write" (func $write (param i32 i32 i32 i32)))
  (import "env" "gpu_read" (func $read (param i32 i32 i32 i32)))
  (import "env" "gpu_dispatch" (func $dispatch (param i32 i32 i32 i32 i32 i32 i32)))
  (memory (export "memory") 1)
  (data $shader
    "// Sixteen workgroups in y; each takes a contiguous share.\n"
    "@group(0) @binding(0) var<storage, read_write> x: array<f32>;\n"
    "@compute @workgroup_size(64)\n"
    "fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) lane: vec3u) {\n"
    "  let n = arrayLength(&x);\n"
    "  let share = (n + 15u) / 16u;\n"
    "  let end = min(n, (group.y + 1u) * share);\n"
    "  for (var i = group.y * share + lane.x; i < end; i += 64u) {\n"
    "    x[i] = x[i] * -1.0;\n"
    "  }\n"
    "}\n")
  (func (export "gpu_negate_f32") (param $in i32) (param $out i32) (param $n i32)
    (local $buffer i32)
    (if (local.get $n) (then
      ;; The text is copied to address 8192 when it is needed, the handle stands behind it.
      (memory.init $shader (i32.const 8192) (i32.const 0) (i32.const 434))
      (local.set $buffer (call $alloc (i32.mul (local.get $n) (i32.const 4))))
      (i32.store (i32.const 16384) (local.get $buffer))
      (call $write (local.get $buffer) (i32.const 0)
        (local.get $in) (i32.mul (local.get $n) (i32.const 4)))
      (call $dispatch (i32.const 8192) (i32.const 434) (i32.const 16384) (i32.const 1)
        (i32.const 1) (i32.const 16) (i32.const 1))
      (call $read (local.get $buffer) (i32.const 0)
        (local.get $out) (i32.mul (local.get $n) (i32.const 4)))))))
