(module
  (memory (export "memory") 1)
  (func (export "parse_i32") (param $text i32) (param $length i32) (param $output i32) (result i32)
    (local $i i32) (local $c i32) (local $minus i32) (local $value i32) (local $beyond i32)
    local.get $length
    i32.eqz
    if
      i32.const 1
      return
    end
    local.get $text
    i32.load8_u
    local.tee $c
    i32.const 0x2d
    i32.eq
    local.tee $minus
    local.get $c
    i32.const 0x2b
    i32.eq
    i32.or
    local.tee $i
    local.get $length
    i32.eq
    if
      i32.const 1
      return
    end
    loop $next
      local.get $text
      local.get $i
      i32.add
      i32.load8_u
      i32.const 0x30
      i32.sub
      local.tee $c
      i32.const 10
      i32.ge_u
      if
        i32.const 1
        return
      end
      ;; counts down, as the range reaches further below zero than above
      (if (i32.or
            (i32.lt_s (local.get $value) (i32.const -214748364))
            (i32.and
              (i32.eq (local.get $value) (i32.const -214748364))
              (i32.gt_u (local.get $c) (i32.const 8))))
        (then (local.set $beyond (i32.const 1))))
      (local.set $value
        (i32.sub (i32.mul (local.get $value) (i32.const 10)) (local.get $c)))
      local.get $i
      i32.const 1
      i32.add
      local.tee $i
      local.get $length
      i32.lt_u
      br_if $next
    end
    (if (local.get $beyond) (then (local.set $value (i32.const 0x80000000))))
    (if (i32.eqz (local.get $minus))
      (then
        (if (i32.eq (local.get $value) (i32.const 0x80000000))
          (then
            (local.set $beyond (i32.const 1))
            (local.set $value (i32.const 0x80000001))))
        (local.set $value (i32.sub (i32.const 0) (local.get $value)))))
    local.get $output
    local.get $value
    i32.store
    local.get $beyond
    i32.const 2
    i32.mul))
