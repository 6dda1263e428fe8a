;; reject: test_gpu_computes rule_broken - the CPU picks the elements
(module
  (import "env" "gpu_alloc" (func $alloc (param i32) (result i32)))
  (import "env" "gpu_write" (func $write (param i32 i32 i32 i32)))
  (import "env" "gpu_read" (func $read (param i32 i32 i32 i32)))
  (import "env" "gpu_dispatch" (func $dispatch (param i32 i32 i32 i32 i32 i32 i32)))
  (memory (export "memory") 1)
  ;; 0: handles of the input, the output and the count; 16: the count.
  (data (i32.const 1024)
    "@group(0) @binding(0) var<storage, read> a: array<u32>;\n"
    "@group(0) @binding(1) var<storage, read_write> b: array<u32>;\n"
    "@group(0) @binding(2) var<storage, read_write> count: u32;\n"
    "var<workgroup> kept: array<u32, 256>;\n"
    "\n"
    "// One workgroup; each invocation has a share of elements that lie together.\n"
    "@compute @workgroup_size(256)\n"
    "fn main(@builtin(local_invocation_index) lane: u32) {\n"
    "  let n = arrayLength(&a);\n"
    "  let share = (n + 255u) / 256u;\n"
    "  let start = lane * share;\n"
    "  let end = min(n, start + share);\n"
    "  var mine = 0u;\n"
    "  for (var i = start; i < end; i++) {\n"
    "    if (a[i] != 0u) {\n"
    "      mine++;\n"
    "    }\n"
    "  }\n"
    "  kept[lane] = mine;\n"
    "  workgroupBarrier();\n"
    "  var place = 0u;\n"
    "  for (var k = 0u; k < lane; k++) {\n"
    "    place += kept[k];\n"
    "  }\n"
    "  for (var i = start; i < end; i++) {\n"
    "    if (a[i] != 0u) {\n"
    "      b[place] = a[i];\n"
    "      place++;\n"
    "    }\n"
    "  }\n"
    "  if (lane == 255u) {\n"
    "    count = place;\n"
    "  }\n"
    "}\n")
  ;; Store at $slot the handle of a new buffer that holds $bytes bytes from $ptr.
  (func $upload (param $slot i32) (param $ptr i32) (param $bytes i32)
    (i32.store (local.get $slot) (call $alloc (local.get $bytes)))
    (call $write (i32.load (local.get $slot)) (i32.const 0) (local.get $ptr) (local.get $bytes)))
  (func (export "gpu_compact_u32") (param $in i32) (param $out i32) (param $n i32) (result i32)
    (local $bytes i32)
    (if (i32.eqz (local.get $n)) (then (return (i32.const 0))))
    (local.set $bytes (i32.shl (local.get $n) (i32.const 2)))
    (call $upload (i32.const 0) (local.get $in) (local.get $bytes))
    (i32.store (i32.const 4) (call $alloc (local.get $bytes)))
    (i32.store (i32.const 8) (call $alloc (i32.const 4)))
    (call $dispatch (i32.const 1024) (i32.const 879) (i32.const 0) (i32.const 3)
      (i32.const 1) (i32.const 1) (i32.const 1))
    (call $read (i32.load (i32.const 8)) (i32.const 0) (i32.const 16) (i32.const 4))
    (loop $next
      (if (i32.load (local.get $in)) (then
        (i32.store (local.get $out) (i32.load (local.get $in)))
        (local.set $out (i32.add (local.get $out) (i32.const 4)))))
      (local.set $in (i32.add (local.get $in) (i32.const 4)))
      (br_if $next (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
    (i32.load (i32.const 16))))
