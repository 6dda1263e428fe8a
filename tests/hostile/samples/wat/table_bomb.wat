;; verdict: timed_out, wrong_answer, out_of_memory, crashed
;; memory_mib: 4
(module (table $t 1 funcref)
  (func (export "f") (param i32) (result i32)
    (loop $more
      (br_if $more (i32.ne (table.grow $t (ref.null func) (i32.const 1000000)) (i32.const -1))))
    (table.size $t)))
