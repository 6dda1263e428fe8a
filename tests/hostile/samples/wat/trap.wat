;; verdict: crashed
(module (func (export "f") (param i32) (result i32) local.get 0 i32.const 0 i32.div_s))
