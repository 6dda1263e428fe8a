;; reject: test_texts wrong_answer - counts bytes
(module
  (memory (export "memory") 1)
  (func (export "count_code_points") (param $text i32) (param $length i32) (result i32)
    (local $end i32) (local $count i32)
    (local.set $end (i32.add (local.get $text) (local.get $length)))
    (block $done
      (loop $next
        (br_if $done (i32.eq (local.get $text) (local.get $end)))
        (local.set $count
          (i32.add (local.get $count)
            (i32.const 1)))
        (local.set $text (i32.add (local.get $text) (i32.const 1)))
        (br $next)))
    (local.get $count)))
