(module
  (func (export "max_i32") (param $a i32) (param $b i32) (result i32)
    local.get $a
    local.get $b
    i32.lt_s
    if (result i32)
      local.get $b
    else
      local.get $a
    end))
