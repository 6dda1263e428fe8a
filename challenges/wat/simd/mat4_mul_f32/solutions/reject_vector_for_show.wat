;; reject: test_vector_work rule_broken - a vector instruction that has no part in the result
(module
  (memory (export "memory") 1)
  (func (export "mat4_mul_f32") (param $a i32) (param $b i32) (param $out i32) (param $n i32)
    (local $i i32)
    (block $done (loop $next
      (br_if $done (i32.ge_u (local.get $i) (local.get $n)))
      (v128.store (i32.const 0) (f32x4.mul (v128.load (local.get $a)) (v128.load (local.get $b))))
      (f32.store (local.get $out)
        (f32.add
          (f32.add
            (f32.mul (f32.load (local.get $a)) (f32.load (local.get $b)))
            (f32.mul (f32.load offset=4 (local.get $a)) (f32.load offset=16 (local.get $b))))
          (f32.add
            (f32.mul (f32.load offset=8 (local.get $a)) (f32.load offset=32 (local.get $b)))
            (f32.mul (f32.load offset=12 (local.get $a)) (f32.load offset=48 (local.get $b))))))
      (f32.store offset=4 (local.get $out)
        (f32.add
          (f32.add
            (f32.mul (f32.load (local.get $a)) (f32.load offset=4 (local.get $b)))
            (f32.mul (f32.load offset=4 (local.get $a)) (f32.load offset=20 (local.get $b))))
          (f32.add
            (f32.mul (f32.load offset=8 (local.get $a)) (f32.load offset=36 (local.get $b)))
            (f32.mul (f32.load offset=12 (local.get $a)) (f32.load offset=52 (local.get $b))))))
      (f32.store offset=8 (local.get $out)
        (f32.add
          (f32.add
            (f32.mul (f32.load (local.get $a)) (f32.load offset=8 (local.get $b)))
            (f32.mul (f32.load offset=4 (local.get $a)) (f32.load offset=24 (local.get $b))))
          (f32.add
            (f32.mul (f32.load offset=8 (local.get $a)) (f32.load offset=40 (local.get $b)))
            (f32.mul (f32.load offset=12 (local.get $a)) (f32.load offset=56 (local.get $b))))))
      (f32.store offset=12 (local.get $out)
        (f32.add
          (f32.add
            (f32.mul (f32.load (local.get $a)) (f32.load offset=12 (local.get $b)))
            (f32.mul (f32.load offset=4 (local.get $a)) (f32.load offset=28 (local.get $b))))
          (f32.add
            (f32.mul (f32.load offset=8 (local.get $a)) (f32.load offset=44 (local.get $b)))
            (f32.mul (f32.load offset=12 (local.get $a)) (f32.load offset=60 (local.get $b))))))
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
