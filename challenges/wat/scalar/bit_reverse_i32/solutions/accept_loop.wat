(module
  (func (export "bit_reverse_i32") (param $x i32) (result i32)
    (local $result i32) (local $left i32)
    i32.const 32
    local.set $left
    loop $bit
      local.get $result
      i32.const 1
      i32.shl
      local.get $x
      i32.const 1
      i32.and
      i32.or
      local.set $result
      local.get $x
      i32.const 1
      i32.shr_u
      local.set $x
      local.get $left
      i32.const 1
      i32.sub
      local.tee $left
      br_if $bit
    end
    local.get $result))
