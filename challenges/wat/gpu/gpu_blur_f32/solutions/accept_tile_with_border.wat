(module
  (import "env" "gpu_alloc" (func $alloc (param i32) (result i32)))
  (import "env" "gpu_write" (func $write (param i32 i32 i32 i32)))
  (import "env" "gpu_read" (func $read (param i32 i32 i32 i32)))
  (import "env" "gpu_dispatch" (func $dispatch (param i32 i32 i32 i32 i32 i32 i32)))
  (memory (export "memory") 1)
  ;; A workgroup loads a tile of 16 by 16 pixels and a border of one pixel around it, then blurs it.
  (data (i32.const 1024)
    "struct Image {\n"
    "  width: u32,\n"
    "  pixels: array<f32>,\n"
    "}\n"
    "@group(0) @binding(0) var<storage, read> source: Image;\n"
    "@group(0) @binding(1) var<storage, read_write> blurred: array<f32>;\n"
    "var<workgroup> tile: array<f32, 324>;\n"
    "\n"
    "@compute @workgroup_size(16, 16)\n"
    "fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {\n"
    "  let width = source.width;\n"
    "  let height = arrayLength(&blurred) / width;\n"
    "  for (var i = lane; i < 324u; i += 256u) {\n"
    "    // One column and one row to the left and above: counted from 1.\n"
    "    let x = clamp(group.x * 16u + i % 18u, 1u, width) - 1u;\n"
    "    let y = clamp(group.y * 16u + i / 18u, 1u, height) - 1u;\n"
    "    tile[i] = source.pixels[y * width + x];\n"
    "  }\n"
    "  workgroupBarrier();\n"
    "  let x = group.x * 16u + lane % 16u;\n"
    "  let y = group.y * 16u + lane / 16u;\n"
    "  if (x >= width || y >= height) {\n"
    "    return;\n"
    "  }\n"
    "  let t = (lane / 16u + 1u) * 18u + lane % 16u + 1u;\n"
    "  let sides = (tile[t - 1u] + tile[t + 1u]) + (tile[t - 18u] + tile[t + 18u]);\n"
    "  blurred[y * width + x] = 0.2 * tile[t] + 0.2 * sides;\n"
    "}\n")
  (func $tiles (param $count i32) (result i32)
    (i32.div_u (i32.add (local.get $count) (i32.const 15)) (i32.const 16)))
  (func (export "gpu_blur_f32")
    (param $in i32) (param $out i32) (param $width i32) (param $height i32)
    (local $bytes i32)
    (if (i32.and (i32.ne (local.get $width) (i32.const 0)) (i32.ne (local.get $height) (i32.const 0)))
      (then
        (local.set $bytes
          (i32.mul (i32.const 4) (i32.mul (local.get $width) (local.get $height))))
        ;; The width stands in front of the pixels.
        (i32.store (i32.const 0) (call $alloc (i32.add (local.get $bytes) (i32.const 4))))
        (i32.store (i32.const 4) (call $alloc (local.get $bytes)))
        (i32.store (i32.const 8) (local.get $width))
        (call $write (i32.load (i32.const 0)) (i32.const 0) (i32.const 8) (i32.const 4))
        (call $write (i32.load (i32.const 0)) (i32.const 4) (local.get $in) (local.get $bytes))
        (call $dispatch (i32.const 1024) (i32.const 1035) (i32.const 0) (i32.const 2)
          (call $tiles (local.get $width)) (call $tiles (local.get $height)) (i32.const 1))
        (call $read (i32.load (i32.const 4)) (i32.const 0) (local.get $out) (local.get $bytes))))))
