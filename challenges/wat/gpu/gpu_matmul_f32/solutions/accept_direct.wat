(module
  (import "env" "gpu_alloc" (func $alloc (param i32) (result i32)))
  (import "env" "gpu_write" (func $write (param i32 i32 i32 i32)))
  (import "env" "gpu_read" (func $read (param i32 i32 i32 i32)))
  (import "env" "gpu_dispatch" (func $dispatch (param i32 i32 i32 i32 i32 i32 i32)))
  (memory (export "memory") 1)
  ;; One invocation for each element of c, in one dimension. Each call takes a new place for handles.
  (global $handles (mut i32) (i32.const 4096))
  (data (i32.const 8)
    "@group(0) @binding(0) var<storage, read> a: array<f32>;\n"
    "@group(0) @binding(1) var<storage, read> b: array<f32>;\n"
    "@group(0) @binding(2) var<storage, read> kn: vec2<u32>;\n"
    "@group(0) @binding(3) var<storage, read_write> c: array<f32>;\n"
    "@compute @workgroup_size(64)\n"
    "fn main(@builtin(global_invocation_id) id: vec3<u32>) {\n"
    "  if (id.x >= arrayLength(&c)) { return; }\n"
    "  let row = id.x / max(kn.y, 1u);\n"
    "  let col = id.x - row * kn.y;\n"
    "  var sum = 0.0;\n"
    "  // From the last product to the first.\n"
    "  for (var i = kn.x; i > 0u; i--) {\n"
    "    sum = fma(a[row * kn.x + i - 1u], b[(i - 1u) * kn.y + col], sum);\n"
    "  }\n"
    "  c[id.x] = sum;\n"
    "}\n")
  (func $add (param $ptr i32) (param $count i32)
    (local $handle i32)
    (local.set $handle (call $alloc (i32.mul (local.get $count) (i32.const 4))))
    (i32.store (global.get $handles) (local.get $handle))
    (global.set $handles (i32.add (global.get $handles) (i32.const 4)))
    (if (local.get $ptr) (then
      (call $write (local.get $handle) (i32.const 0)
        (local.get $ptr) (i32.mul (local.get $count) (i32.const 4))))))
  (func (export "gpu_matmul_f32")
    (param $a i32) (param $b i32) (param $c i32) (param $m i32) (param $k i32) (param $n i32)
    (local $first i32)
    (local $count i32)
    (local.set $first (global.get $handles))
    (local.set $count (i32.mul (local.get $m) (local.get $n)))
    (i32.store (i32.const 0) (local.get $k))
    (i32.store (i32.const 4) (local.get $n))
    (call $add (local.get $a) (i32.mul (local.get $m) (local.get $k)))
    (call $add (local.get $b) (i32.mul (local.get $k) (local.get $n)))
    (call $add (i32.const 0) (i32.const 0))
    (i32.store (i32.sub (global.get $handles) (i32.const 4)) (call $alloc (i32.const 8)))
    (call $write (i32.load (i32.sub (global.get $handles) (i32.const 4)))
      (i32.const 0) (i32.const 0) (i32.const 8))
    (call $add (i32.const 0) (local.get $count))
    (call $dispatch (i32.const 8) (i32.const 610) (local.get $first) (i32.const 4)
      (i32.div_u (i32.add (local.get $count) (i32.const 63)) (i32.const 64))
      (i32.const 1) (i32.const 1))
    (call $read (i32.load (i32.sub (global.get $handles) (i32.const 4))) (i32.const 0)
      (local.get $c) (i32.mul (local.get $count) (i32.const 4)))))
