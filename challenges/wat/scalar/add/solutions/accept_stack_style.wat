(module
  (type $binary (func (param i32 i32) (result i32)))
  (func (export "add") (type $binary)
    local.get 0
    i64.extend_i32_s
    local.get 1
    i64.extend_i32_s
    i64.add
    i32.wrap_i64))
