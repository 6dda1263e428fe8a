(module
  (type $operation (func (param i32 i32) (result i32)))
  (table $table funcref (elem $zero $add $subtract $multiply $divide $remainder $rotate $zero))
  (func $apply (export "apply_operation") (param $op i32) (param $a i32) (param $b i32) (result i32)
    local.get $a
    local.get $b
    local.get $op
    i32.const 1
    i32.add
    i32.const 7
    local.get $op
    i32.const 6
    i32.lt_u
    select
    call_indirect $table (type $operation))
  (func $zero (param i32 i32) (result i32) i32.const 0)
  (func $add (param i32 i32) (result i32) local.get 0 local.get 1 i32.add)
  (func $subtract (param i32 i32) (result i32) local.get 0 local.get 1 i32.sub)
  (func $multiply (param i32 i32) (result i32) local.get 0 local.get 1 i32.mul)
  (func $divide (param $a i32) (param $b i32) (result i32)
    local.get $b
    if (result i32)
      local.get $a
      i64.extend_i32_s
      local.get $b
      i64.extend_i32_s
      i64.div_s
      i32.wrap_i64
    else
      i32.const 0
    end)
  (func $remainder (param $a i32) (param $b i32) (result i32)
    local.get $b
    if (result i32)
      local.get $a
      local.get $b
      i32.rem_s
    else
      i32.const 0
    end)
  (func $rotate (param $a i32) (param $b i32) (result i32)
    local.get $a
    local.get $b
    i32.shl
    local.get $a
    i32.const 0
    local.get $b
    i32.sub
    i32.shr_u
    i32.or))
