;; reject: test_small_values build_failed - names the function but does not export it
(module
  (func $add (param $a i32) (param $b i32) (result i32)
    local.get $a
    local.get $b
    i32.add))
