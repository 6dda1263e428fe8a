;; verdict: build_failed
;; says: it may import from "env" only
(module
  (import "env" "read_file" (func (param i32 i32)))
  (memory (export "memory") 1)
  (func (export "f") (param i32)))
