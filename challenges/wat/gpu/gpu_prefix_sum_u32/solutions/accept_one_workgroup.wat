(module
  (import "env" "gpu_alloc" (func $alloc (param i32) (result i32)))
  (import "env" "gpu_write" (func $write (param i32 i32 i32 i32)))
  (import "env" "gpu_read" (func $read (param i32 i32 i32 i32)))
  (import "env" "gpu_dispatch" (func $dispatch (param i32 i32 i32 i32 i32 i32 i32)))
  (memory (export "memory") 1)
  ;; One workgroup, in place: each invocation sums a share, then goes through it again.
  (data (i32.const 1024)
    "@group(0) @binding(0) var<storage, read_write> x: array<u32>;\n"
    "var<workgroup> totals: array<u32, 128>;\n"
    "@compute @workgroup_size(128)\n"
    "fn main(@builtin(local_invocation_index) lane: u32) {\n"
    "  let n = arrayLength(&x);\n"
    "  let share = (n + 127u) / 128u;\n"
    "  let start = lane * share;\n"
    "  let end = min(n, start + share);\n"
    "  var total = 0u;\n"
    "  for (var i = start; i < end; i++) { total += x[i]; }\n"
    "  totals[lane] = total;\n"
    "  workgroupBarrier();\n"
    "  var sum = 0u;\n"
    "  for (var k = 0u; k < lane; k++) { sum += totals[k]; }\n"
    "  for (var i = start; i < end; i++) {\n"
    "    sum += x[i];\n"
    "    x[i] = sum;\n"
    "  }\n"
    "}\n")
  (func (export "gpu_prefix_sum_u32") (param $in i32) (param $out i32) (param $n i32)
    (local $bytes i32)
    (if (local.tee $bytes (i32.mul (local.get $n) (i32.const 4))) (then
      (i32.store (i32.const 0) (call $alloc (local.get $bytes)))
      (call $write (i32.load (i32.const 0)) (i32.const 0) (local.get $in) (local.get $bytes))
      (call $dispatch (i32.const 1024) (i32.const 577) (i32.const 0) (i32.const 1)
        (i32.const 1) (i32.const 1) (i32.const 1))
      (call $read (i32.load (i32.const 0)) (i32.const 0) (local.get $out) (local.get $bytes))))))
