(module
  (func $factorial (export "factorial_i64") (param $n i32) (result i64)
    local.get $n
    i32.const 0
    i32.le_s
    if (result i64)
      i64.const 1
    else
      local.get $n
      i64.extend_i32_s
      local.get $n
      i32.const 1
      i32.sub
      call $factorial
      i64.mul
    end))
