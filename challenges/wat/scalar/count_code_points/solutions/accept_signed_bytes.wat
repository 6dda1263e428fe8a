(module
  (memory (export "memory") 2)
  (func (export "count_code_points") (param $text i32) (param $length i32) (result i32)
    (local $count i32)
    block $done
      loop $next
        local.get $length
        i32.eqz
        br_if $done
        local.get $length
        i32.const 1
        i32.sub
        local.set $length
        local.get $text
        local.get $length
        i32.add
        i32.load8_s
        i32.const -65
        i32.gt_s
        local.get $count
        i32.add
        local.set $count
        br $next
      end
    end
    local.get $count))
