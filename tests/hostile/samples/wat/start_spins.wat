;; verdict: timed_out
(module (func $start (loop br 0)) (start $start)
  (func (export "f") (param i32) (result i32) local.get 0))
