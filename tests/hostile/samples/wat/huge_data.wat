;; verdict: build_failed, crashed, out_of_memory
(module (memory 1) (data (i32.const 65530) "longer than the memory")
  (func (export "f") (param i32) (result i32) local.get 0))
