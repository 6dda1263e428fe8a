;; verdict: crashed
(module (memory 1)
  (func (export "f") (param i32) (result i32) (i32.load (i32.const 0x7fffffff))))
