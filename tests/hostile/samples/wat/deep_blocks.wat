;; verdict: build_failed, crashed, wrong_answer
;; The assembler, the validator and the compiler meet brackets without end.
(module (func (export "f") (param i32) (result i32) @BLOCKS@))
