(module
  (func (export "add_saturating_i32") (param i32 i32) (result i32)
    local.get 0
    f64.convert_i32_s
    local.get 1
    f64.convert_i32_s
    f64.add
    i32.trunc_sat_f64_s))
