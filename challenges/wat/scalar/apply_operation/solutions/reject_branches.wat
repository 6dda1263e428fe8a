;; reject: test_table_dispatches rule_broken - branches to the operations instead of calling them
(module
  (func (export "apply_operation") (param $op i32) (param $a i32) (param $b i32) (result i32)
    (block $5 (block $4 (block $3 (block $2 (block $1 (block $0 (block $other
      (br_table $0 $1 $2 $3 $4 $5 $other (local.get $op)))
      (return (i32.const 0)))
      (return (i32.add (local.get $a) (local.get $b))))
      (return (i32.sub (local.get $a) (local.get $b))))
      (return (i32.mul (local.get $a) (local.get $b))))
      (if (i32.eqz (local.get $b)) (then (return (i32.const 0))))
      (return (i32.wrap_i64 (i64.div_s (i64.extend_i32_s (local.get $a)) (i64.extend_i32_s (local.get $b))))))
      (if (i32.eqz (local.get $b)) (then (return (i32.const 0))))
      (return (i32.rem_s (local.get $a) (local.get $b))))
    (i32.rotl (local.get $a) (local.get $b))))
