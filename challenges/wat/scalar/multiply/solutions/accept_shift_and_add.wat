(module
  (func $multiply (export "multiply") (param $a i32) (param $b i32) (result i32)
    (local $product i32)
    block $done
      loop $bit
        local.get $b
        i32.eqz
        br_if $done
        local.get $b
        i32.const 1
        i32.and
        if
          local.get $product
          local.get $a
          i32.add
          local.set $product
        end
        local.get $a
        i32.const 1
        i32.shl
        local.set $a
        local.get $b
        i32.const 1
        i32.shr_u
        local.set $b
        br $bit
      end
    end
    local.get $product))
