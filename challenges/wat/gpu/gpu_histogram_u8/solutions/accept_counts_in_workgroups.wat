(module
  (import "env" "gpu_alloc" (func $alloc (param i32) (result i32)))
  (import "env" "gpu_write" (func $write (param i32 i32 i32 i32)))
  (import "env" "gpu_read" (func $read (param i32 i32 i32 i32)))
  (import "env" "gpu_dispatch" (func $dispatch (param i32 i32 i32 i32 i32 i32 i32)))
  (memory (export "memory") 1)
  ;; Four workgroups count in their own memory and add up. The bytes past the last full word are
  ;; uploaded as a word of their own, which holds nothing else.
  (data (i32.const 2048)
    "struct Bytes { n: u32, words: array<u32> }\n"
    "@group(0) @binding(0) var<storage, read> bytes: Bytes;\n"
    "@group(0) @binding(1) var<storage, read_write> counts: array<atomic<u32>, 256>;\n"
    "var<workgroup> mine: array<atomic<u32>, 256>;\n"
    "@compute @workgroup_size(256)\n"
    "fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(local_invocation_index) lane: u32) {\n"
    "  atomicStore(&mine[lane], 0u);\n"
    "  workgroupBarrier();\n"
    "  for (var i = id.x; i < bytes.n; i += 1024u) {\n"
    "    atomicAdd(&mine[extractBits(bytes.words[i / 4u], 8u * (i % 4u), 8u)], 1u);\n"
    "  }\n"
    "  workgroupBarrier();\n"
    "  atomicAdd(&counts[lane], atomicLoad(&mine[lane]));\n"
    "}\n")
  (func (export "gpu_histogram_u8") (param $in i32) (param $counts i32) (param $n i32)
    (local $full i32)
    (local $i i32)
    (local.set $full (i32.and (local.get $n) (i32.const -4)))
    (i32.store (i32.const 4) (i32.const 0))
    (local.set $i (local.get $full))
    (block $copied
      (loop $copy
        (br_if $copied (i32.ge_u (local.get $i) (local.get $n)))
        (i32.store8 offset=4 (i32.sub (local.get $i) (local.get $full))
          (i32.load8_u (i32.add (local.get $in) (local.get $i))))
        (local.set $i (i32.add (local.get $i) (i32.const 1)))
        (br $copy)))
    (i32.store (i32.const 0) (local.get $n))
    (i32.store (i32.const 16) (call $alloc (i32.add (local.get $full) (i32.const 8))))
    (i32.store (i32.const 20) (call $alloc (i32.const 1024)))
    (call $write (i32.load (i32.const 16)) (i32.const 0) (i32.const 0) (i32.const 4))
    (call $write (i32.load (i32.const 16)) (i32.const 4) (local.get $in) (local.get $full))
    (call $write (i32.load (i32.const 16)) (i32.add (local.get $full) (i32.const 4))
      (i32.const 4) (i32.const 4))
    (call $dispatch (i32.const 2048) (i32.const 616) (i32.const 16) (i32.const 2)
      (i32.const 4) (i32.const 1) (i32.const 1))
    (call $read (i32.load (i32.const 20)) (i32.const 0) (local.get $counts) (i32.const 1024))))
