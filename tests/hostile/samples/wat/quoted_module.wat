;; verdict: build_failed
(module quote "(func (export \"f\") (param i32) (result i32) local.get 0)")
