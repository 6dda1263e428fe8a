;; verdict: build_failed
;; says: must import nothing
(module
  (import "wasi_snapshot_preview1" "environ_get" (func (param i32 i32) (result i32)))
  (func (export "f") (param i32) (result i32) local.get 0))
