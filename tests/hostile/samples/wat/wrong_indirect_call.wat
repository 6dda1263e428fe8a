;; verdict: crashed
(module (type $t (func (param i64) (result i64))) (table 2 funcref) (elem (i32.const 0) $f)
  (func $f (export "f") (param i32) (result i32)
    (i32.wrap_i64 (call_indirect (type $t) (i64.const 1) (i32.const 0)))))
