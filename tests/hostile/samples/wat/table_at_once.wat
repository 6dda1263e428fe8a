;; verdict: build_failed, out_of_memory, crashed
;; memory_mib: 4
(module (table 1000000000 funcref)
  (func (export "f") (param i32) (result i32) local.get 0))
