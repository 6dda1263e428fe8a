(module
  (func (export "divmod_floor_i32") (param $a i32) (param $b i32) (result i32 i32)
    (local $quotient i32)
    local.get $b
    i32.eqz
    if (result i32 i32)
      i32.const 0
      local.get $a
    else
      local.get $a
      f64.convert_i32_s
      local.get $b
      f64.convert_i32_s
      f64.div
      f64.floor
      i64.trunc_f64_s
      i32.wrap_i64
      local.tee $quotient
      local.get $a
      local.get $quotient
      local.get $b
      i32.mul
      i32.sub
    end))
