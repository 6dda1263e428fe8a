(module
  (memory (export "memory") 1)
  (func (export "mat4_mul_f32") (param $a i32) (param $b i32) (param $out i32) (param $n i32)
    (local $i i32) (local $x v128)
    (block $done (loop $next
      (br_if $done (i32.ge_u (local.get $i) (local.get $n)))
      (local.set $x (v128.load (local.get $a)))
      (v128.store (local.get $out)
        (f32x4.add
          (f32x4.add
            (f32x4.mul
              (i8x16.shuffle 0 1 2 3 0 1 2 3 0 1 2 3 0 1 2 3 (local.get $x) (local.get $x))
              (v128.load (local.get $b)))
            (f32x4.mul
              (i8x16.shuffle 4 5 6 7 4 5 6 7 4 5 6 7 4 5 6 7 (local.get $x) (local.get $x))
              (v128.load offset=16 (local.get $b))))
          (f32x4.add
            (f32x4.mul
              (f32x4.splat (f32x4.extract_lane 2 (local.get $x)))
              (v128.load offset=32 (local.get $b)))
            (f32x4.mul
              (f32x4.splat (f32x4.extract_lane 3 (local.get $x)))
              (v128.load offset=48 (local.get $b))))))
      (local.set $x (v128.load offset=16 (local.get $a)))
      (v128.store offset=16 (local.get $out)
        (f32x4.add
          (f32x4.add
            (f32x4.mul
              (i8x16.shuffle 0 1 2 3 0 1 2 3 0 1 2 3 0 1 2 3 (local.get $x) (local.get $x))
              (v128.load (local.get $b)))
            (f32x4.mul
              (i8x16.shuffle 4 5 6 7 4 5 6 7 4 5 6 7 4 5 6 7 (local.get $x) (local.get $x))
              (v128.load offset=16 (local.get $b))))
          (f32x4.add
            (f32x4.mul
              (f32x4.splat (f32x4.extract_lane 2 (local.get $x)))
              (v128.load offset=32 (local.get $b)))
            (f32x4.mul
              (f32x4.splat (f32x4.extract_lane 3 (local.get $x)))
              (v128.load offset=48 (local.get $b))))))
      (local.set $x (v128.load offset=32 (local.get $a)))
      (v128.store offset=32 (local.get $out)
        (f32x4.add
          (f32x4.add
            (f32x4.mul
              (i8x16.shuffle 0 1 2 3 0 1 2 3 0 1 2 3 0 1 2 3 (local.get $x) (local.get $x))
              (v128.load (local.get $b)))
            (f32x4.mul
              (i8x16.shuffle 4 5 6 7 4 5 6 7 4 5 6 7 4 5 6 7 (local.get $x) (local.get $x))
              (v128.load offset=16 (local.get $b))))
          (f32x4.add
            (f32x4.mul
              (f32x4.splat (f32x4.extract_lane 2 (local.get $x)))
              (v128.load offset=32 (local.get $b)))
            (f32x4.mul
              (f32x4.splat (f32x4.extract_lane 3 (local.get $x)))
              (v128.load offset=48 (local.get $b))))))
      (local.set $x (v128.load offset=48 (local.get $a)))
      (v128.store offset=48 (local.get $out)
        (f32x4.add
          (f32x4.add
            (f32x4.mul
              (i8x16.shuffle 0 1 2 3 0 1 2 3 0 1 2 3 0 1 2 3 (local.get $x) (local.get $x))
              (v128.load (local.get $b)))
            (f32x4.mul
              (i8x16.shuffle 4 5 6 7 4 5 6 7 4 5 6 7 4 5 6 7 (local.get $x) (local.get $x))
              (v128.load offset=16 (local.get $b))))
          (f32x4.add
            (f32x4.mul
              (f32x4.splat (f32x4.extract_lane 2 (local.get $x)))
              (v128.load offset=32 (local.get $b)))
            (f32x4.mul
              (f32x4.splat (f32x4.extract_lane 3 (local.get $x)))
              (v128.load offset=48 (local.get $b))))))
      (local.set $a (i32.add (local.get $a) (i32.const 64)))
      (local.set $b (i32.add (local.get $b) (i32.const 64)))
      (local.set $out (i32.add (local.get $out) (i32.const 64)))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br $next)))))
