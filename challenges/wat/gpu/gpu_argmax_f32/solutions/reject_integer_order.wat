;; reject: test_negative wrong_answer - compares the bits of f32 as signed integers
(module
  (import "env" "gpu_alloc" (func $alloc (param i32) (result i32)))
  (import "env" "gpu_write" (func $write (param i32 i32 i32 i32)))
  (import "env" "gpu_read" (func $read (param i32 i32 i32 i32)))
  (import "env" "gpu_dispatch" (func $dispatch (param i32 i32 i32 i32 i32 i32 i32)))
  (memory (export "memory") 1)
  ;; 0: handles of the input and the result; 16: the result.
  (data (i32.const 1024)
    "@group(0) @binding(0) var<storage, read> a: array<i32>;\n"
    "@group(0) @binding(1) var<storage, read_write> result: u32;\n"
    "var<workgroup> best: array<u32, 256>;\n"
    "\n"
    "fn better(i: u32, j: u32) -> u32 {\n"
    "  if (a[j] > a[i] || (a[j] == a[i] && j < i)) {\n"
    "    return j;\n"
    "  }\n"
    "  return i;\n"
    "}\n"
    "\n"
    "@compute @workgroup_size(256)\n"
    "fn main(@builtin(local_invocation_index) lane: u32) {\n"
    "  let n = arrayLength(&a);\n"
    "  var mine = min(lane, n - 1u);\n"
    "  for (var i = lane + 256u; i < n; i += 256u) {\n"
    "    mine = better(mine, i);\n"
    "  }\n"
    "  best[lane] = mine;\n"
    "  workgroupBarrier();\n"
    "  for (var half = 128u; half > 0u; half /= 2u) {\n"
    "    if (lane < half) {\n"
    "      best[lane] = better(best[lane], best[lane + half]);\n"
    "    }\n"
    "    workgroupBarrier();\n"
    "  }\n"
    "  if (lane == 0u) {\n"
    "    result = best[0];\n"
    "  }\n"
    "}\n")
  ;; Store at $slot the handle of a new buffer that holds $bytes bytes from $ptr.
  (func $upload (param $slot i32) (param $ptr i32) (param $bytes i32)
    (i32.store (local.get $slot) (call $alloc (local.get $bytes)))
    (call $write (i32.load (local.get $slot)) (i32.const 0) (local.get $ptr) (local.get $bytes)))
  (func (export "gpu_argmax_f32") (param $in i32) (param $n i32) (result i32)
    (call $upload (i32.const 0) (local.get $in) (i32.shl (local.get $n) (i32.const 2)))
    (i32.store (i32.const 4) (call $alloc (i32.const 4)))
    (call $dispatch (i32.const 1024) (i32.const 749) (i32.const 0) (i32.const 2)
      (i32.const 1) (i32.const 1) (i32.const 1))
    (call $read (i32.load (i32.const 4)) (i32.const 0) (i32.const 16) (i32.const 4))
    (i32.load (i32.const 16))))
