;; verdict: build_failed, out_of_memory, crashed
;; memory_mib: 4
(module (memory 65536)
  (func (export "f") (param i32) (result i32) local.get 0))
