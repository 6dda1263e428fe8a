(module
  (func (export "ackermann") (param $m i32) (param $n i32) (result i32)
    block $four
      block $three
        block $two
          block $one
            block $zero
              local.get $m
              br_table $zero $one $two $three $four
            end
            local.get $n
            i32.const 1
            i32.add
            return
          end
          local.get $n
          i32.const 2
          i32.add
          return
        end
        local.get $n
        i32.const 1
        i32.shl
        i32.const 3
        i32.add
        return
      end
      i32.const 8
      local.get $n
      i32.shl
      i32.const 3
      i32.sub
      return
    end
    i32.const 13))
