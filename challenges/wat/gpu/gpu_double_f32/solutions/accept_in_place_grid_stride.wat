(module
  (import "env" "gpu_alloc" (func $alloc (param i32) (result i32)))
  (import "env" "gpu_write" (func $write (param i32 i32 i32 i32)))
  (import "env" "gpu_read" (func $read (param i32 i32 i32 i32)))
  (import "env" "gpu_dispatch" (func $dispatch (param i32 i32 i32 i32 i32 i32 i32)))
  (memory (export "memory") 1)
  ;; One buffer and a fixed number of workgroups, each of whose invocations takes many elements.
  (data (i32.const 4096)
    "@group(0) @binding(0) var<storage, read_write> x: array<f32>;\n"
    "const WIDTH = 256u;\n"
    "@compute @workgroup_size(WIDTH)\n"
    "fn main(@builtin(global_invocation_id) id: vec3<u32>,\n"
    "        @builtin(num_workgroups) groups: vec3<u32>) {\n"
    "  for (var i = id.x; i < arrayLength(&x); i += groups.x * WIDTH) {\n"
    "    x[i] += x[i];\n"
    "  }\n"
    "}\n")
  (func (export "gpu_double_f32") (param $in i32) (param $out i32) (param $n i32)
    (local $buffer i32)
    (local $bytes i32)
    local.get $n
    i32.const 4
    i32.mul
    local.tee $bytes
    i32.eqz
    br_if 0
    local.get $bytes
    call $alloc
    local.tee $buffer
    i32.const 0
    local.get $in
    local.get $bytes
    call $write
    i32.const 512
    local.get $buffer
    i32.store
    (call $dispatch (i32.const 4096) (i32.const 313) (i32.const 512) (i32.const 1)
      (i32.const 8) (i32.const 1) (i32.const 1))
    local.get $buffer
    i32.const 0
    local.get $out
    local.get $bytes
    call $read))
