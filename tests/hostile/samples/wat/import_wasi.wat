;; verdict: build_failed
;; says: must import nothing
(module
  (import "wasi_snapshot_preview1" "path_open" (func (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
  (func (export "f") (param i32) (result i32) local.get 0))
