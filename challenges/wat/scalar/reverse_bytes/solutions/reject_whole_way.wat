;; reject: test_lengths wrong_answer - goes on past the middle and swaps everything back
(module
  (memory (export "memory") 1)
  (func (export "reverse_bytes") (param $data i32) (param $length i32)
    (local $i i32) (local $half i32) (local $a i32) (local $b i32)
    local.get $length
    local.set $half
    block $done
      loop $next
        local.get $i
        local.get $half
        i32.eq
        br_if $done
        local.get $data
        local.get $i
        i32.add
        local.tee $a
        local.get $data
        local.get $length
        i32.add
        i32.const 1
        i32.sub
        local.get $i
        i32.sub
        local.tee $b
        i32.load8_u
        local.get $b
        local.get $a
        i32.load8_u
        i32.store8
        i32.store8
        local.get $i
        i32.const 1
        i32.add
        local.set $i
        br $next
      end
    end))
