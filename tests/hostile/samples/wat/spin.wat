;; verdict: timed_out
(module (func (export "f") (param i32) (result i32) (loop br 0) i32.const 0))
