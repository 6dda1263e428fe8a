;; verdict: timed_out, crashed
(module
  (func $g (param i32) (result i32)
    (loop (call $h (local.get 0)) (br 0)) i32.const 0)
  (func $h (param i32) nop)
  (func (export "f") (param i32) (result i32) (call $g (local.get 0))))
