(module
  (func $gcd (export "gcd_u64") (param i64 i64) (result i64)
    local.get 1
    i64.eqz
    if
      local.get 0
      return
    end
    local.get 1
    local.get 0
    local.get 1
    i64.rem_u
    call $gcd))
