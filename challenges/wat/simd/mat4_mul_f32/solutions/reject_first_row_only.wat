;; reject: test_vector_work rule_broken - only the first row goes through vectors
(module
  (memory (export "memory") 1)
  (func (export "mat4_mul_f32") (param $a i32) (param $b i32) (param $out i32) (param $n i32)
    (local $i i32) (local $row v128) (local $b0 v128) (local $b1 v128) (local $b2 v128) (local $b3 v128)
    (block $done (loop $next
      (br_if $done (i32.ge_u (local.get $i) (local.get $n)))
      (local.set $b0 (v128.load (local.get $b)))
      (local.set $b1 (v128.load offset=16 (local.get $b)))
      (local.set $b2 (v128.load offset=32 (local.get $b)))
      (local.set $b3 (v128.load offset=48 (local.get $b)))
      (local.set $row (f32x4.mul (v128.load32_splat (local.get $a)) (local.get $b0)))
      (local.set $row
        (f32x4.add (local.get $row)
          (f32x4.mul (v128.load32_splat offset=4 (local.get $a)) (local.get $b1))))
      (local.set $row
        (f32x4.add (local.get $row)
          (f32x4.mul (v128.load32_splat offset=8 (local.get $a)) (local.get $b2))))
      (local.set $row
        (f32x4.add (local.get $row)
          (f32x4.mul (v128.load32_splat offset=12 (local.get $a)) (local.get $b3))))
      (v128.store (local.get $out) (local.get $row))
      (f32.store offset=16 (local.get $out)
        (f32.add
          (f32.add
            (f32.mul (f32.load offset=16 (local.get $a)) (f32.load (local.get $b)))
            (f32.mul (f32.load offset=20 (local.get $a)) (f32.load offset=16 (local.get $b))))
          (f32.add
            (f32.mul (f32.load offset=24 (local.get $a)) (f32.load offset=32 (local.get $b)))
            (f32.mul (f32.load offset=28 (local.get $a)) (f32.load offset=48 (local.get $b))))))
      (f32.store offset=20 (local.get $out)
        (f32.add
          (f32.add
            (f32.mul (f32.load offset=16 (local.get $a)) (f32.load offset=4 (local.get $b)))
            (f32.mul (f32.load offset=20 (local.get $a)) (f32.load offset=20 (local.get $b))))
          (f32.add
            (f32.mul (f32.load offset=24 (local.get $a)) (f32.load offset=36 (local.get $b)))
            (f32.mul (f32.load offset=28 (local.get $a)) (f32.load offset=52 (local.get $b))))))
      (f32.store offset=24 (local.get $out)
        (f32.add
          (f32.add
            (f32.mul (f32.load offset=16 (local.get $a)) (f32.load offset=8 (local.get $b)))
            (f32.mul (f32.load offset=20 (local.get $a)) (f32.load offset=24 (local.get $b))))
          (f32.add
            (f32.mul (f32.load offset=24 (local.get $a)) (f32.load offset=40 (local.get $b)))
            (f32.mul (f32.load offset=28 (local.get $a)) (f32.load offset=56 (local.get $b))))))
      (f32.store offset=28 (local.get $out)
        (f32.add
          (f32.add
            (f32.mul (f32.load offset=16 (local.get $a)) (f32.load offset=12 (local.get $b)))
            (f32.mul (f32.load offset=20 (local.get $a)) (f32.load offset=28 (local.get $b))))
          (f32.add
            (f32.mul (f32.load offset=24 (local.get $a)) (f32.load offset=44 (local.get $b)))
            (f32.mul (f32.load offset=28 (local.get $a)) (f32.load offset=60 (local.get $b))))))
      (f32.store offset=32 (local.get $out)
        (f32.add
          (f32.add
            (f32.mul (f32.load offset=32 (local.get $a)) (f32.load (local.get $b)))
            (f32.mul (f32.load offset=36 (local.get $a)) (f32.load offset=16 (local.get $b))))
          (f32.add
            (f32.mul (f32.load offset=40 (local.get $a)) (f32.load offset=32 (local.get $b)))
            (f32.mul (f32.load offset=44 (local.get $a)) (f32.load offset=48 (local.get $b))))))
      (f32.store offset=36 (local.get $out)
        (f32.add
          (f32.add
            (f32.mul (f32.load offset=32 (local.get $a)) (f32.load offset=4 (local.get $b)))
            (f32.mul (f32.load offset=36 (local.get $a)) (f32.load offset=20 (local.get $b))))
          (f32.add
            (f32.mul (f32.load offset=40 (local.get $a)) (f32.load offset=36 (local.get $b)))
            (f32.mul (f32.load offset=44 (local.get $a)) (f32.load offset=52 (local.get $b))))))
      (f32.store offset=40 (local.get $out)
        (f32.add
          (f32.add
            (f32.mul (f32.load offset=32 (local.get $a)) (f32.load offset=8 (local.get $b)))
            (f32.mul (f32.load offset=36 (local.get $a)) (f32.load offset=24 (local.get $b))))
          (f32.add
            (f32.mul (f32.load offset=40 (local.get $a)) (f32.load offset=40 (local.get $b)))
            (f32.mul (f32.load offset=44 (local.get $a)) (f32.load offset=56 (local.get $b))))))
      (f32.store offset=44 (local.get $out)
        (f32.add
          (f32.add
            (f32.mul (f32.load offset=32 (local.get $a)) (f32.load offset=12 (local.get $b)))
            (f32.mul (f32.load offset=36 (local.get $a)) (f32.load offset=28 (local.get $b))))
          (f32.add
            (f32.mul (f32.load offset=40 (local.get $a)) (f32.load offset=44 (local.get $b)))
            (f32.mul (f32.load offset=44 (local.get $a)) (f32.load offset=60 (local.get $b))))))
      (f32.store offset=48 (local.get $out)
        (f32.add
          (f32.add
            (f32.mul (f32.load offset=48 (local.get $a)) (f32.load (local.get $b)))
            (f32.mul (f32.load offset=52 (local.get $a)) (f32.load offset=16 (local.get $b))))
          (f32.add
            (f32.mul (f32.load offset=56 (local.get $a)) (f32.load offset=32 (local.get $b)))
            (f32.mul (f32.load offset=60 (local.get $a)) (f32.load offset=48 (local.get $b))))))
      (f32.store offset=52 (local.get $out)
        (f32.add
          (f32.add
            (f32.mul (f32.load offset=48 (local.get $a)) (f32.load offset=4 (local.get $b)))
            (f32.mul (f32.load offset=52 (local.get $a)) (f32.load offset=20 (local.get $b))))
          (f32.add
            (f32.mul (f32.load offset=56 (local.get $a)) (f32.load offset=36 (local.get $b)))
            (f32.mul (f32.load offset=60 (local.get $a)) (f32.load offset=52 (local.get $b))))))
      (f32.store offset=56 (local.get $out)
        (f32.add
          (f32.add
            (f32.mul (f32.load offset=48 (local.get $a)) (f32.load offset=8 (local.get $b)))
            (f32.mul (f32.load offset=52 (local.get $a)) (f32.load offset=24 (local.get $b))))
          (f32.add
            (f32.mul (f32.load offset=56 (local.get $a)) (f32.load offset=40 (local.get $b)))
            (f32.mul (f32.load offset=60 (local.get $a)) (f32.load offset=56 (local.get $b))))))
      (f32.store offset=60 (local.get $out)
        (f32.add
          (f32.add
            (f32.mul (f32.load offset=48 (local.get $a)) (f32.load offset=12 (local.get $b)))
            (f32.mul (f32.load offset=52 (local.get $a)) (f32.load offset=28 (local.get $b))))
          (f32.add
            (f32.mul (f32.load offset=56 (local.get $a)) (f32.load offset=44 (local.get $b)))
            (f32.mul (f32.load offset=60 (local.get $a)) (f32.load offset=60 (local.get $b))))))
      (local.set $a (i32.add (local.get $a) (i32.const 64)))
      (local.set $b (i32.add (local.get $b) (i32.const 64)))
      (local.set $out (i32.add (local.get $out) (i32.const 64)))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br $next)))))
