;; reject: test_examples build_failed - the branches of the ifs leave no result
(module
  (func $ackermann (export "ackermann") (param $m i32) (param $n i32) (result i32)
    local.get $m
    i32.eqz
    if
      local.get $n
      i32.const 1
      i32.add
    else
      local.get $m
      i32.const 1
      i32.sub
      i32.const 1
      call $ackermann
    end))
