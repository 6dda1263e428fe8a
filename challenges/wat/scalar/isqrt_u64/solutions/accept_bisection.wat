(module
  (func (export "isqrt_u64") (param $n i64) (result i64)
    (local $low i64) (local $high i64) (local $middle i64)
    i64.const 0x100000000
    local.set $high
    loop $halve
      local.get $low
      local.get $high
      i64.add
      i64.const 1
      i64.shr_u
      local.tee $middle
      local.get $middle
      i64.mul
      local.get $n
      i64.le_u
      if
        local.get $middle
        local.set $low
      else
        local.get $middle
        local.set $high
      end
      local.get $high
      local.get $low
      i64.sub
      i64.const 1
      i64.gt_u
      br_if $halve
    end
    local.get $low))
