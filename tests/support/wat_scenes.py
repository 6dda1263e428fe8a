"""What the scripted model answers to challenges of the suite `wat`."""

from __future__ import annotations

from support.scripted_model import LOOP, Branch, Scene, always, fenced

ADD = """\
(module
  (func (export "add") (param i32 i32) (result i32)
    local.get 0
    local.get 1
    i32.add))
"""

MULTIPLY = """\
(module
  (func (export "multiply") (param $a i32) (param $b i32) (result i32)
    (i32.mul (local.get $a) (local.get $b))))
"""

MAX_I32 = """\
(module
  (func (export "max_i32") (param $a i32) (param $b i32) (result i32)
    local.get $a
    local.get $b
    local.get $a
    local.get $b
    i32.gt_s
    select))
"""

MAX_I32_INVENTED = """\
(module
  (func (export "max_i32") (param $a i32) (param $b i32) (result i32)
    (i32.max (local.get $a) (local.get $b))))
"""

FACTORIAL_I64 = """\
(module
  (func (export "factorial_i64") (param $n i32) (result i64)
    (local $product i64)
    (local.set $product (i64.const 1))
    (block $done
      (loop $next
        (br_if $done (i32.lt_s (local.get $n) (i32.const 2)))
        (local.set $product (i64.mul (local.get $product) (i64.extend_i32_s (local.get $n))))
        (local.set $n (i32.sub (local.get $n) (i32.const 1)))
        (br $next)))
    (local.get $product)))
"""

FACTORIAL_DECOY = """\
(module
  (func (export "factorial_i64") (param i32) (result i64)
    (i64.extend_i32_s (local.get 0))))
"""

VEC_ADD_F32_WITHOUT_END = f"""\
Four lanes at a time, then the rest:

```wat
(module
  (memory (export "memory") 1)
  (func (export "vec_add_f32") (param $a i32) (param $b i32) (param $out i32) (param $n i32)
{LOOP}    (v128.store (local.get $out)
      (f32x4.add (v128.load (local.get $a)) (v128.load (local.get $b))))
    (local.set $a (i32.add (local.get $a) (i32.const 16)))
    (local.set $b (i32.add (local.get $b) (i32.const 16)))
    (local.set $out (i32.add (local.get $out) (i32.const 16)))
"""

WAT_SCENES = (
    Scene(
        when="`add:",
        branches=(
            Branch(probability=0.7, text=fenced(ADD)),
            Branch(probability=0.3, text=fenced(ADD.replace("i32.add", "i32.sub"), prose="Sure!")),
        ),
    ),
    Scene(when="`multiply:", branches=always(fenced(MULTIPLY))),
    Scene(when="`max_i32:", branches=always(fenced(MAX_I32_INVENTED))),
    Scene(when="`max_i32:", turn=1, branches=always(fenced(MAX_I32, prose="You are right."))),
    Scene(when="`vec_add_f32:", branches=always(VEC_ADD_F32_WITHOUT_END)),
    Scene(when="`vec_mul_f32:", branches=always("I'm sorry, but I can't help with that.")),
    Scene(
        when="`factorial_i64:",
        branches=always(
            f"<think>\n{fenced(FACTORIAL_DECOY, prose='A first idea:')}\nThat is the identity.\n"
            f"</think>\n\n{fenced(FACTORIAL_I64)}"
        ),
    ),
)
"""Every way in which the WAT challenges can end: by luck, at once, after repair, cut off, refused,
and with the answer behind a block of reasoning that holds a wrong one."""
