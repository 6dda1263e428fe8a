"""Breaking the vector work of a module: what depends on it changes, what does not stays."""

import random
import struct
from typing import Any

import pytest
import wasmtime

from pytest_llmgen.targets.wasm_binary import decode, lesion
from pytest_llmgen.targets.wasm_opcodes import BY_NAME, VECTOR_COMPUTING

PAGE = 65536
A, B, C, OUT = 1024, 8192, 16384, 32768


def assemble(text: str) -> bytes:
    """Text to binary."""
    return bytes(wasmtime.wat2wasm(text))


class Instance:
    """A running module with one page of memory; compiling it validates it."""

    def __init__(self, binary: bytes) -> None:
        engine = wasmtime.Engine()
        self.store = wasmtime.Store(engine)
        module = wasmtime.Module(engine, binary)
        exports = wasmtime.Instance(self.store, module, []).exports(self.store)
        memory, function = exports["memory"], exports["run"]
        assert isinstance(memory, wasmtime.Memory)
        assert isinstance(function, wasmtime.Func)
        self.memory, self.function = memory, function

    def run(
        self, arguments: tuple[int, ...], inputs: dict[int, bytes], out_bytes: int = 0
    ) -> tuple[Any, bytes]:
        """Call `run` on inputs at the given addresses; result and the bytes at OUT."""
        self.memory.write(self.store, bytes(PAGE), 0)
        for address, data in inputs.items():
            self.memory.write(self.store, data, address)
        result = self.function(self.store, *arguments)
        return result, bytes(self.memory.read(self.store, OUT, OUT + out_bytes))


def both(text: str) -> tuple[Instance, Instance]:
    """The module as it is, and lesioned."""
    binary = assemble(text)
    return Instance(binary), Instance(lesion(binary, "run"))


def floats(seed: int, count: int) -> bytes:
    """Numbers of both signs around 1, as f32."""
    numbers = random.Random(seed)
    return struct.pack(f"<{count}f", *(numbers.uniform(-2, 2) for _ in range(count)))


def elements(data: bytes, size: int) -> list[bytes]:
    """Cut into elements of `size` bytes."""
    return [data[start : start + size] for start in range(0, len(data), size)]


def share_changed(first: bytes, second: bytes, size: int) -> float:
    """The share of elements of `size` bytes that differ."""
    pairs = list(zip(elements(first, size), elements(second, size), strict=True))
    return sum(one != other for one, other in pairs) / len(pairs)


# Every instruction


def module_for(name: str) -> str:
    """A module that applies one instruction to inputs at A, A + 16, ... and stores at OUT."""
    opcode = BY_NAME[name]
    loads = {"v": "v128.load", "i": "i32.load"}
    operands = " ".join(
        f"({loads[kind]} (i32.const {A + 16 * place}))"
        for place, kind in enumerate(opcode.takes or "")
    )
    lanes = " ".join(map(str, range(8, 24))) if name == "i8x16.shuffle" else ""
    store = "v128.store" if opcode.gives == "v" else "i32.store"
    return f"""(module (memory (export "memory") 1)
      (func (export "run") ({store} (i32.const {OUT}) ({name} {lanes} {operands}))))"""


@pytest.mark.parametrize("name", sorted(VECTOR_COMPUTING))
def test_each_vector_instruction_gives_another_result_on_any_input(name: str) -> None:
    """Sixteen random inputs: the lesioned module validates, and every byte of a vector differs."""
    text = module_for(name)
    assert [entry.opcode for entry in decode(assemble(text)).vector_instructions("run")] == [name]
    original, broken = both(text)
    size = 16 if BY_NAME[name].gives == "v" else 4
    for seed in range(16):
        inputs = {A: random.Random(seed).randbytes(48)}
        _, right = original.run((), inputs, size)
        _, wrong = broken.run((), inputs, size)
        assert share_changed(right, wrong, 1 if size == 16 else 4) == 1


# Honest vector work changes


def loop(step: int, body: str, local_variables: str = "") -> str:
    """A function over `$n` bytes from A (and B and C) to OUT, `step` bytes at a time."""
    return f"""(module (memory (export "memory") 1)
      (func (export "run") (param $n i32) (local $i i32) {local_variables}
        (block $done (loop $next
          (br_if $done (i32.gt_s (i32.add (local.get $i) (i32.const {step})) (local.get $n)))
          {body}
          (local.set $i (i32.add (local.get $i) (i32.const {step})))
          (br $next)))))"""


LOAD_A = f"(v128.load offset={A} (local.get $i))"
LOAD_B = f"(v128.load offset={B} (local.get $i))"
LOAD_C = f"(v128.load offset={C} (local.get $i))"


def store_out(value: str) -> str:
    """Store a vector at OUT."""
    return f"(v128.store offset={OUT} (local.get $i) {value})"


ZERO = "(v128.const i64x2 0 0)"
HONEST = {
    "f32 sum": (4, store_out(f"(f32x4.add {LOAD_A} {LOAD_B})")),
    "f32 fused": (4, store_out(f"(f32x4.add {LOAD_A} (f32x4.mul {LOAD_B} {LOAD_C}))")),
    "relu": (4, store_out(f"(f32x4.max {LOAD_A} {ZERO})")),
    "clamp": (
        4,
        store_out(
            f"""(f32x4.pmin (f32x4.splat (f32.const 1))
                 (f32x4.pmax (f32x4.splat (f32.const -1)) {LOAD_A}))"""
        ),
    ),
    "larger by comparison": (
        4,
        store_out(f"(v128.bitselect {LOAD_A} {LOAD_B} (f32x4.gt {LOAD_A} {LOAD_B}))"),
    ),
    "larger by a mask in a local": (
        4,
        f"(local.set $v (f32x4.gt {LOAD_A} {LOAD_B}))"
        + store_out(f"(v128.bitselect {LOAD_A} {LOAD_B} (local.get $v))"),
    ),
    "selected by data": (1, store_out(f"(v128.bitselect {LOAD_A} {LOAD_B} {LOAD_C})")),
    "saturating bytes": (1, store_out(f"(i8x16.add_sat_u {LOAD_A} {LOAD_B})")),
    "minimum of bytes": (1, store_out(f"(i8x16.min_u {LOAD_A} {LOAD_B})")),
    "reversal": (
        1,
        store_out(f"(i8x16.shuffle 15 14 13 12 11 10 9 8 7 6 5 4 3 2 1 0 {LOAD_A} {LOAD_A})"),
    ),
    "negated twice": (
        4,
        f"(local.set $v (v128.not {LOAD_A}))" + store_out("(v128.not (local.get $v))"),
    ),
    "subtracted from itself in a local": (
        4,
        f"(local.set $v (i32x4.mul {LOAD_A} {LOAD_B}))"
        + store_out(f"(i32x4.sub {LOAD_C} (local.get $v))"),
    ),
    "bitmasks of comparisons": (
        2,
        f"""(i32.store16 offset={OUT} (i32.shr_u (local.get $i) (i32.const 3))
              (i8x16.bitmask (i8x16.gt_s {LOAD_A} {LOAD_B})))""",
    ),
    "lanes added up": (
        4,
        f"""(local.set $v (i32x4.mul {LOAD_A} {LOAD_B}))
            (i32.store offset={OUT} (i32.shr_u (local.get $i) (i32.const 2))
              (i32.add (i32x4.extract_lane 0 (local.get $v))
                       (i32x4.extract_lane 3 (local.get $v))))""",
    ),
}
"""Size of an element in bytes, and the body of the loop."""
SHARES = {"bitmasks of comparisons": 8, "lanes added up": 4}
"""Bytes of input for each byte of output, where that is not 1."""


@pytest.mark.parametrize("title", HONEST)
def test_every_element_that_vectors_computed_changes(title: str) -> None:
    """Whatever the instruction, no element of the output survives."""
    size, body = HONEST[title]
    original, broken = both(loop(16, body, "(local $v v128)"))
    inputs = {A: floats(1, 256), B: floats(2, 256), C: random.Random(3).randbytes(1024)}
    count = 1024 // SHARES.get(title, 1)
    _, right = original.run((1024,), inputs, count)
    _, wrong = broken.run((1024,), inputs, count)
    assert share_changed(right, wrong, size) == 1


def test_a_float_zero_changes_by_more_than_any_tolerance() -> None:
    """Relu of negative numbers: no lane stays near 0."""
    original, broken = both(loop(16, HONEST["relu"][1]))
    inputs = {A: struct.pack("<16f", *[-1.0] * 16)}
    assert original.run((64,), inputs, 64)[1] == bytes(64)
    numbers = struct.unpack("<16f", broken.run((64,), inputs, 64)[1])
    assert min(map(abs, numbers)) >= 8


ACCUMULATE = """(module (memory (export "memory") 1)
  (func (export "run") (param $n i32) (result {kind}) (local $i i32) (local $acc v128)
    (block $done (loop $next
      (br_if $done (i32.ge_s (local.get $i) (local.get $n)))
      (local.set $acc ({operation} (local.get $acc) {load}))
      (local.set $i (i32.add (local.get $i) (i32.const 16)))
      (br $next)))
    ({shape}.extract_lane 0 (local.get $acc))))"""


@pytest.mark.parametrize("blocks", [1, 2, 64, 256, 512])
@pytest.mark.parametrize(
    ("operation", "kind"),
    [
        ("f32x4.add", "f32"),
        ("i32x4.add", "i32"),
        ("i32x4.sub", "i32"),
        ("v128.xor", "i32"),
        ("i32x4.max_s", "i32"),
        ("f64x2.add", "f64"),
        ("i64x2.add", "i64"),
    ],
)
def test_a_horizontal_sum_changes_whatever_the_number_of_steps(
    operation: str, kind: str, blocks: int
) -> None:
    """The changes of many rounds of one loop do not add up to nothing."""
    shape = {"f32": "f32x4", "i32": "i32x4", "f64": "f64x2", "i64": "i64x2"}[kind]
    original, broken = both(
        ACCUMULATE.format(operation=operation, kind=kind, shape=shape, load=LOAD_A)
    )
    inputs = {A: floats(blocks, 4 * blocks)}
    assert original.run((16 * blocks,), inputs) != broken.run((16 * blocks,), inputs)


SEARCH = f"""(module (memory (export "memory") 1)
  (func (export "run") (param $needle i32) (result i32)
    ({{test}} ({{compare}} (v128.load (i32.const {A})) (i8x16.splat (local.get $needle))))))"""


@pytest.mark.parametrize("test", ["v128.any_true", "i8x16.all_true", "i8x16.bitmask"])
@pytest.mark.parametrize("compare", ["i8x16.eq", "i8x16.ne", "i8x16.lt_u"])
def test_a_search_changes_whether_or_not_it_finds(test: str, compare: str) -> None:
    """A mask that is reduced at once is left alone, so that the answer flips exactly."""
    original, broken = both(SEARCH.format(test=test, compare=compare))
    for data in (bytes(range(16)), bytes([5] * 16), bytes([99] * 16)):
        right, wrong = (each.run((5,), {A: data})[0] for each in (original, broken))
        assert right != wrong
        if "true" in test:
            assert wrong == 1 - right


def test_a_sum_of_bytes_changes_in_128_rounds() -> None:
    """The changes are odd, so that their low bytes do not add up to nothing either."""
    text = ACCUMULATE.format(operation="i8x16.add", kind="i32", shape="i8x16", load=LOAD_A)
    original, broken = both(text.replace("extract_lane", "extract_lane_u"))
    inputs = {A: floats(1, 512)}
    assert original.run((2048,), inputs) != broken.run((2048,), inputs)


def test_a_mask_stays_a_mask() -> None:
    """A comparison that decides something for scalar code decides the opposite."""
    original, broken = both(f"""(module (memory (export "memory") 1)
      (func (export "run") (result i32)
        (i32x4.extract_lane 1
          (f32x4.lt (v128.load (i32.const {A})) (v128.load (i32.const {B}))))))""")
    for second, (right, wrong) in ((2.0, (-1, 0)), (0.0, (0, -1))):
        inputs = {A: struct.pack("<4f", *[1.0] * 4), B: struct.pack("<4f", *[second] * 4)}
        assert original.run((), inputs)[0] == right
        assert broken.run((), inputs)[0] == wrong


@pytest.mark.parametrize("lanes", ["i8x16", "i16x8", "i32x4", "i64x2"])
def test_a_bitmask_of_a_mask_in_a_local_changes(lanes: str) -> None:
    """An inverted mask and the change of its bitmask never make up for each other."""
    bits = (1 << int(lanes.partition("x")[2])) - 1
    original, broken = both(f"""(module (memory (export "memory") 1)
      (func (export "run") (result i32) (local $mask v128)
        (local.set $mask
          ({lanes}.gt_s (v128.load (i32.const {A})) (v128.load (i32.const {B}))))
        ({lanes}.bitmask (local.get $mask))))""")
    for seed in range(64):
        inputs = {A: floats(seed, 4), B: floats(seed + 100, 4)}
        assert (original.run((), inputs)[0] ^ broken.run((), inputs)[0]) & bits


# Vector instructions for show do not change

SHOW = {
    "dropped": f"(drop (f32x4.add {LOAD_A} {LOAD_B}))",
    "stored elsewhere": f"(v128.store (i32.const 0) (f32x4.add {LOAD_A} {LOAD_B}))",
    "left in a local": f"(local.set $v (f32x4.add {LOAD_A} {LOAD_B}))",
    "written over": store_out(f"(f32x4.add {LOAD_A} {LOAD_B})"),
    "never run": f"(if (i32.const 0) (then {store_out(f'(f32x4.add {LOAD_A} {LOAD_B})')}))",
}
SCALAR = f"""(f32.store offset={OUT} (local.get $i)
  (f32.add (f32.load offset={A} (local.get $i)) (f32.load offset={B} (local.get $i))))"""


@pytest.mark.parametrize("title", SHOW)
def test_a_scalar_loop_with_vector_instructions_for_show_does_not_change(title: str) -> None:
    """There are vector instructions, and the output does not depend on them."""
    text = loop(4, SHOW[title] + SCALAR, "(local $v v128)")
    assert decode(assemble(text)).vector_instructions("run")
    original, broken = both(text)
    inputs = {A: floats(1, 256), B: floats(2, 256)}
    right = original.run((1024,), inputs, 1020)
    assert broken.run((1024,), inputs, 1020) == right
    assert any(right[1])


def test_the_scalar_rest_of_a_vector_loop_does_not_change() -> None:
    """Only the elements that vectors computed are lost."""
    text = f"""(module (memory (export "memory") 1)
      (func (export "run") (local $i i32)
        {HONEST["f32 sum"][1]}
        (local.set $i (i32.const 16))
        {SCALAR}))"""
    original, broken = both(text)
    inputs = {A: floats(1, 5), B: floats(2, 5)}
    (_, right), (_, wrong) = (each.run((), inputs, 20) for each in (original, broken))
    changed = [
        one != other for one, other in zip(elements(right, 4), elements(wrong, 4), strict=True)
    ]
    assert changed == [True] * 4 + [False]


# The copy


def test_a_module_without_vector_work_is_returned_as_it_is() -> None:
    """Scalar code, and vectors that are only moved."""
    for body in (SCALAR, store_out(LOAD_A)):
        binary = assemble(loop(16, body))
        assert decode(binary).vector_instructions("run") == []
        assert lesion(binary, "run") is binary


def test_other_exports_keep_their_vector_work() -> None:
    """Only what the export reaches changes, through calls of every kind."""
    text = f"""(module (memory (export "memory") 1) (type $f (func)) (table 1 funcref)
      (elem (i32.const 0) $far)
      (func $near (v128.store (i32.const 0) (v128.not (v128.load (i32.const {A})))))
      (func $far (v128.store (i32.const 16) (v128.not (v128.load (i32.const {A})))))
      (func (export "other") (v128.store (i32.const 32) (v128.not (v128.load (i32.const {A})))))
      (func (export "run") (call $near) (call_indirect (type $f) (i32.const 0))))"""
    changed = decode(lesion(assemble(text), "run"))
    adding = [
        any(entry.opcode == "i32x4.add" for entry in function.body)
        for function in changed.functions
    ]
    assert adding == [True, True, False, False]


def test_the_copy_keeps_everything_else() -> None:
    """Types, imports, globals, tables, data and start survive; custom sections do not."""
    text = """(module $named (import "env" "f" (func (param i32))) (memory 1)
      (global i32 (i32.const 3)) (table 3 funcref) (elem (i32.const 0) $s)
      (data (i32.const 8) "text") (start $s) (func $s)
      (func (export "run") (drop (v128.not (v128.const i64x2 1 2)))))"""
    before = decode(assemble(text))
    after = decode(lesion(assemble(text), "run"))
    for name in (
        "types",
        "imports",
        "exports",
        "memories",
        "globals",
        "data",
        "start",
        "referenced",
    ):
        assert getattr(before, name) == getattr(after, name)
    sections = [section.identifier for section in before.sections]
    assert [section.identifier for section in after.sections] == [s for s in sections if s]
    assert 0 in sections


def test_long_bodies_and_sections_get_longer_sizes() -> None:
    """Sizes that grow past a boundary of LEB128 are written anew."""
    for count in (3, 40, 500, 700):
        body = "(drop (v128.not (v128.const i64x2 1 2)))" * count
        text = f'(module (memory (export "memory") 1) (func (export "run") {body}))'
        Instance(lesion(assemble(text), "run"))


def test_lesioning_is_repeatable() -> None:
    """The same binary gives the same copy."""
    binary = assemble(loop(16, HONEST["f32 fused"][1]))
    assert lesion(binary, "run") == lesion(binary, "run")


def test_an_unknown_export_is_an_error() -> None:
    """Nothing is lesioned by mistake."""
    with pytest.raises(ValueError, match=r"no function is exported as 'add' \(exported: run\)"):
        lesion(assemble(loop(16, SCALAR)), "add")
