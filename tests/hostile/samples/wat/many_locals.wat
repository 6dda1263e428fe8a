;; verdict: build_failed, passed, wrong_answer, crashed
;; More than any function may have, as the text allows it.
(module (func (export "f") (param i32) (result i32) @LOCALS@ local.get 0))
