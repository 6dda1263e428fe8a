;; reject: test_random_pairs wrong_answer - f32 cannot hold all 32-bit integers
(module
  (func (export "add_saturating_i32") (param $a i32) (param $b i32) (result i32)
    (i32.trunc_sat_f32_s
      (f32.add (f32.convert_i32_s (local.get $a)) (f32.convert_i32_s (local.get $b))))))
