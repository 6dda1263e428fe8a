;; verdict: build_failed, out_of_memory, crashed, wrong_answer
;; memory_mib: 4
;; The limit is one of each memory; all of them together are limited by their process.
(module (memory 60) (memory 60) (memory 60) (memory 60)
  (func (export "f") (param i32) (result i32) local.get 0))
