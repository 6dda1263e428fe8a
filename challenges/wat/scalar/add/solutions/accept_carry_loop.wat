(module
  (func $add (param $a i32) (param $b i32) (result i32)
    (local $carry i32)
    (loop $again
      (local.set $carry (i32.shl (i32.and (local.get $a) (local.get $b)) (i32.const 1)))
      (local.set $a (i32.xor (local.get $a) (local.get $b)))
      (br_if $again (local.tee $b (local.get $carry))))
    (local.get $a))
  (export "add" (func $add)))
