;; verdict: wrong_answer, out_of_memory, crashed
;; memory_mib: 4
;; It grows as far as it can, and touches every page.
(module (memory 1)
  (func (export "f") (param i32) (result i32)
    (loop $more
      (memory.fill (i32.const 0) (i32.const 1) (i32.mul (memory.size) (i32.const 65535)))
      (br_if $more (i32.ne (memory.grow (i32.const 16)) (i32.const -1))))
    memory.size))
