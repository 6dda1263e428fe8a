"""Decoding WebAssembly binaries, and what is found in them without running them."""

import pytest
import wasmtime
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_llmgen.targets.wasm_binary import (
    ConstantCall,
    Memory,
    Signature,
    WasmFormatError,
    constant_call_arguments,
    decode,
    lesion,
)
from pytest_llmgen.targets.wasm_opcodes import OPCODES, Opcode

STRUCTURE = {"block", "loop", "if", "else", "end"}
IMMEDIATES = {
    "index": "0",
    "labels": "0 0",
    "types": "(result i32)",
    "heap": "func",
    "lane": "1",
    "memory_lane": "offset=70000 align=1 1",
    "memory": "offset=70000",
    "i32": "-70000",
    "i64": "-7000000000",
    "f32": "1.5",
    "f64": "-0x1p-300",
}
WITH_OWN_TEXT = {
    "call_indirect": "(type 0)",
    "return_call_indirect": "(type 0)",
    "memory.init": "0",
    "table.init": "0 0",
    "i8x16.shuffle": " ".join(map(str, range(16, 32))),
    "v128.const": "i32x4 1 2 3 4",
    "memory.atomic.notify": "offset=4",
}
EVERYTHING = """
(module
  (type $binary (func (param i32 f64) (result i64)))
  (import "env" "log" (func $log (param i32)))
  (import "env" "memory" (memory 1 4))
  (import "host" "base" (global $base i32))
  (import "host" "table" (table 1 funcref))
  (memory $second 2 3)
  (global $size i32 (i32.const 64))
  (global $changing (export "changing") (mut i32) (i32.const 5))
  (global $half f64 (f64.const 0.5))
  (table $local 2 funcref)
  (func $start)
  (func (export "both") (export "alias") (type $binary) (i64.const -3))
  (start $start)
  (elem (table $local) (i32.const 0) func $start)
  (data (i32.const 16) "first")
  (data "passive")
  (data (memory $second) (i32.add (global.get $size) (i32.const -4)) "third")
  (data (global.get $base) "unknown")
  (data (i32.const -16) "high")
  (export "second" (memory $second))
  (export "local" (table $local)))
"""


def assemble(text: str) -> bytes:
    """Text to binary, without validation."""
    return bytes(wasmtime.wat2wasm(text))


def body_of(code: str) -> list[tuple[object, ...]]:
    """Mnemonics and immediates of a function with this body."""
    decoded = decode(assemble(f"(module (memory 1) (func {code}))"))
    return [(entry.opcode, *entry.immediates) for entry in decoded.functions[0].body]


# Structure


def test_imports_and_exports_are_those_that_wasmtime_sees() -> None:
    """Names, kinds and order of imports and exports agree with wasmtime's own reading."""
    binary = assemble(EVERYTHING)
    decoded, module = decode(binary), wasmtime.Module(wasmtime.Engine(), binary)
    kinds = {
        wasmtime.FuncType: "func",
        wasmtime.MemoryType: "memory",
        wasmtime.GlobalType: "global",
        wasmtime.TableType: "table",
    }
    assert [(entry.module, entry.name, entry.kind) for entry in decoded.imports] == [
        (entry.module, entry.name, kinds[type(entry.type)]) for entry in module.imports
    ]
    assert [(name, kind) for name, (kind, _) in decoded.exports.items()] == [
        (entry.name, kinds[type(entry.type)]) for entry in module.exports
    ]


def test_signatures_of_imports_functions_and_exports() -> None:
    """Parameters and results are given as names of types."""
    decoded = decode(assemble(EVERYTHING))
    both = Signature(params=("i32", "f64"), results=("i64",))
    assert decoded.imports[0].signature == Signature(params=("i32",), results=())
    assert [function.index for function in decoded.functions] == [1, 2]
    assert decoded.functions[1].signature == both
    assert decoded.function_type("alias") == both
    assert decoded.start == 1


def test_memories_have_limits() -> None:
    """Imported memories come first; sizes are in pages."""
    decoded = decode(assemble(EVERYTHING))
    assert decoded.memories == (
        Memory(minimum=1, maximum=4, shared=False),
        Memory(minimum=2, maximum=3, shared=False),
    )
    assert decoded.imports[1].memory == decoded.memories[0]
    assert decode(assemble("(module (memory 1 2 shared))")).memories[0].shared
    assert decode(assemble("(module (memory 1))")).memories[0].maximum is None


def test_globals_have_their_initial_values() -> None:
    """A value is known if it is a constant, also when the global may change."""
    decoded = decode(assemble(EVERYTHING))
    assert [(entry.type, entry.mutable, entry.value) for entry in decoded.globals] == [
        ("i32", False, None),
        ("i32", False, 64),
        ("i32", True, 5),
        ("f64", False, 0.5),
    ]


def test_data_segments_have_addresses_where_they_are_constant() -> None:
    """Constant expressions count, passive and imported addresses do not; addresses are unsigned."""
    decoded = decode(assemble(EVERYTHING))
    assert [(s.index, s.memory, s.memory_offset, s.data) for s in decoded.data] == [
        (0, 0, 16, b"first"),
        (1, 0, None, b"passive"),
        (2, 1, 60, b"third"),
        (3, 0, None, b"unknown"),
        (4, 0, 2**32 - 16, b"high"),
    ]


@pytest.mark.parametrize(
    "segment",
    [
        "(elem (i32.const 0) func $f)",
        "(elem func $f)",
        "(elem (table $t) (i32.const 0) func $f)",
        "(elem declare func $f)",
        "(elem (i32.const 0) funcref (ref.func $f))",
        "(elem funcref (ref.func $f) (ref.null func))",
        "(elem (table $t) (i32.const 0) funcref (ref.func $f))",
        "(elem declare funcref (ref.func $f))",
        "(global funcref (ref.func $f))",
        "(table 2 funcref (ref.func $f))",
    ],
)
def test_functions_are_referenced_by_every_kind_of_segment(segment: str) -> None:
    """All eight encodings of element segments, globals and initializers of tables are read."""
    tables = "(table 1 funcref)" * 6  # the sixth index is no instruction, if misread as one
    text = f"(module {tables} (table $t 1 funcref) (func) (func $f) {segment})"
    assert decode(assemble(text)).referenced == {1}


# Instructions


@pytest.mark.parametrize(
    "opcode",
    [entry for entry in OPCODES.values() if entry.name not in STRUCTURE],
    ids=lambda opcode: f"{opcode.prefix:x}-{opcode.code:x}-{opcode.name}",
)
def test_each_instruction_decodes_to_its_own_mnemonic(opcode: Opcode) -> None:
    """What the assembler writes for a mnemonic is read back as that, with the right length."""
    immediates = WITH_OWN_TEXT.get(opcode.name, IMMEDIATES.get(opcode.immediates, ""))
    if opcode.name in {"memory.grow", "memory.size"}:
        immediates = ""
    text = f"""(module (type (func)) (memory 1) (table 1 funcref) (global i32 (i32.const 0))
      (data "") (elem func) (func (local i32) {opcode.name} {immediates} nop))"""
    (function,) = decode(assemble(text)).functions
    assert [entry.opcode for entry in function.body] == [opcode.name, "nop", "end"]
    first, nop, _ = function.body
    assert first.offset + first.length == nop.offset == function.end - 2


def test_immediates_are_decoded() -> None:
    """Numbers keep their sign, accesses their offset and lane, vectors their bytes."""
    assert body_of(
        """i32.const -70000 i64.const 0x8000000000000000 f64.const 0.1
        i32.load16_u offset=70000 align=1 v128.store64_lane offset=3 1
        v128.const i8x16 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 br_table 0 0"""
    ) == [
        ("i32.const", -70000),
        ("i64.const", -(2**63)),
        ("f64.const", 0.1),
        ("i32.load16_u", 0, 70000, 0),
        ("v128.store64_lane", 3, 3, 0, 1),
        ("v128.const", bytes(range(1, 17))),
        ("br_table", 0, 0),
        ("end",),
    ]


def test_blocks_nest() -> None:
    """A function's body ends with the `end` that closes it, not with that of a block."""
    code = "(block (loop (if (i32.const 1) (then nop) (else (br 0)))))"
    assert [entry[0] for entry in body_of(code)] == [
        "block",
        "loop",
        "i32.const",
        "if",
        "nop",
        "else",
        "br",
        "end",
        "end",
        "end",
        "end",
    ]


# Binaries that are not modules, or not supported


@pytest.mark.parametrize(
    ("binary", "message"),
    [
        (b"", "offset 0: not a WebAssembly module of version 1"),
        (b"\0asm\x02\0\0\0", "offset 0: not a WebAssembly module of version 1"),
        (b"\0asm\1\0\0\0\1\5\0", "offset 10: expected 5 more bytes, found 1"),
        (b"\0asm\1\0\0\0\1\2\0\0", "offset 11: 1 bytes after the end of section 1"),
        (b"\0asm\1\0\0\0\1\1\x7f", "offset 11: 127 items do not fit in 0 bytes"),
        (b"\0asm\1\0\0\0\x0d\1\0", "offset 8: section 13 is not supported"),
        (b"\0asm\1\0\0\0\3\1\0\1\1\0", "offset 11: section 1 is repeated or out of order"),
        (b"\0asm\1\0\0\0\1\xff\xff\xff\xff\x1f", "offset 9: number does not fit in 32 bits"),
        (
            b"\0asm\1\0\0\0\1\x80\x80\x80\x80\x80\0",
            "offset 14: number of 32 bits takes too many bytes",
        ),
        (
            b"\0asm\1\0\0\0\0\2\1\xff",
            (
                "offset 10: name is not UTF-8: 'utf-8' codec can't decode byte 0xff"
                " in position 0: invalid start byte"
            ),
        ),
        (b"\0asm\1\0\0\0\3\2\1\0", "offset 12: type 0 does not exist, there are 0"),
        (
            b"\0asm\1\0\0\0\1\4\1\x60\0\0\3\2\1\0",
            "offset 18: 0 function bodies, but 1 declarations",
        ),
    ],
)
def test_malformed_binaries_are_refused_with_the_place(binary: bytes, message: str) -> None:
    """The message says where in the binary what is wrong."""
    with pytest.raises(WasmFormatError) as caught:
        decode(binary)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "(module (type $s (struct (field i32))))",
            "offset 11: form of type 0x5f is not supported (known: func)",
        ),
        ("(module (func (throw_ref)))", "offset 23: opcode 0x0a is not known"),
        ("(module (func (drop (ref.i31 (i32.const 1)))))", "offset 25: opcode 0xfb is not known"),
        (
            "(module (func (param anyref)))",
            (
                "offset 13: value type 0x6e is not supported "
                "(known: i32, i64, f32, f64, v128, funcref, externref)"
            ),
        ),
        ("(module (tag))", "offset 14: section 13 is not supported"),
    ],
)
def test_unsupported_features_are_named(text: str, message: str) -> None:
    """Garbage collection and exceptions are refused, never misread."""
    with pytest.raises(WasmFormatError) as caught:
        decode(assemble(text))
    assert str(caught.value) == message


def test_a_name_is_exported_once() -> None:
    """A second export of the same name does not replace the first."""
    text = '(module (func (export "one") (export "two")))'
    with pytest.raises(WasmFormatError, match=r"^offset 27: 'one' is exported twice$"):
        decode(assemble(text).replace(b"two", b"one"))


def test_too_many_locals_are_refused() -> None:
    """A few bytes cannot declare millions of locals."""
    text = "(module (func (local {})))"
    assert decode(assemble(text.format("i32 " * 50_000))).functions
    with pytest.raises(WasmFormatError, match="function 0 has more than 50000 locals"):
        decode(assemble(text.format("i32 " * 50_001)))


@settings(deadline=None)
@given(st.data())
def test_damaged_binaries_decode_or_raise_the_one_error(data: st.DataObject) -> None:
    """Whatever bytes change or are cut off, decoding and analyses end or raise ValueError."""
    damaged = bytearray(assemble(EVERYTHING if data.draw(st.booleans()) else CALLS))
    for place in data.draw(st.lists(st.integers(8, len(damaged) - 1), max_size=4)):
        damaged[place] = data.draw(st.integers(0, 255))
    binary = bytes(damaged[: data.draw(st.integers(0, len(damaged))) or None])
    try:
        decoded = decode(binary)
    except WasmFormatError:
        return
    constant_call_arguments(binary, "log")
    for name, (kind, _) in decoded.exports.items():
        if kind == "func":
            decoded.vector_instructions(name)
            lesion(binary, name)


# What an export reaches

CALLS = """
(module
  (type $nothing (func))
  (import "env" "log" (func $log (param i32)))
  (memory 1)
  (table 1 funcref)
  (elem (i32.const 0) func $in_table)
  (func $in_table (drop (i8x16.popcnt (v128.const i64x2 0 0))))
  (func $leaf (drop (v128.not (v128.const i64x2 0 0))))
  (func $loops (export "loops") (call $loops) (call $leaf) (call $log (i32.const 1)))
  (func (export "tail") (return_call $loops))
  (func (export "indirect") (call_indirect (type $nothing) (i32.const 0)))
  (func (export "tail_indirect") (return_call_indirect (type $nothing) (i32.const 0)))
  (func (export "alone") (drop (i32x4.extract_lane 0 (i32x4.splat (i32.const 1))))))
"""


@pytest.mark.parametrize(
    ("export", "reached"),
    [
        ("loops", {3, 2, 0}),
        ("tail", {4, 3, 2, 0}),
        ("indirect", {5, 1}),
        ("tail_indirect", {6, 1}),
        ("alone", {7}),
    ],
)
def test_calls_are_followed(export: str, reached: set[int]) -> None:
    """Direct, recursive and tail calls lead to one function, indirect ones to all in tables."""
    assert decode(assemble(CALLS)).reachable(export) == reached


@pytest.mark.parametrize(
    ("export", "found"),
    [("tail", ["v128.not"]), ("indirect", ["i8x16.popcnt"]), ("alone", [])],
)
def test_vector_instructions_are_those_that_the_export_reaches(
    export: str, found: list[str]
) -> None:
    """Loads, constants, splats and lane accesses do not count, nor do other functions."""
    decoded = decode(assemble(CALLS))
    assert [entry.opcode for entry in decoded.vector_instructions(export)] == found


def test_vector_instructions_compute() -> None:
    """Of all vector instructions, those that move data are left out."""
    moving = {"load", "store", "splat", "lane", "const"}
    for opcode in OPCODES.values():
        words = set(opcode.name.replace(".", "_").split("_"))
        moves = any(word.startswith(part) for word in words for part in moving)
        if opcode.name.endswith("relaxed_laneselect"):
            moves = False
        assert opcode.computes_vectors == (opcode.prefix == 0xFD and not moves), opcode.name


def test_an_unknown_export_is_named_together_with_the_known_ones() -> None:
    """The error lists the functions that are exported."""
    with pytest.raises(ValueError, match="no function is exported as 'max'") as caught:
        decode(assemble(EVERYTHING)).reachable("max")
    assert str(caught.value) == "no function is exported as 'max' (exported: both, alias)"


def test_many_indirect_calls_take_linear_work() -> None:
    """As many functions in the table as calls: each body is visited once."""
    count = 3000
    text = f"""(module (type (func)) (table {count} funcref)
      (func (export "run") {"(call_indirect (type 0) (i32.const 0))" * count})
      {"(func)" * count} (elem (i32.const 0) func {" ".join(map(str, range(1, count)))}))"""
    assert decode(assemble(text)).reachable("run") == set(range(count))


# Constant arguments


def arguments_of(code: str, parameters: str = "i32 i32") -> tuple[int | None, ...]:
    """Arguments of the only call in a function with this body."""
    binary = assemble(f"""(module
      (import "env" "log" (func $log (param {parameters})))
      (import "env" "base" (global $imported i32))
      (import "env" "get" (func $get (param i32) (result i32)))
      (memory 1)
      (global $fixed i32 (i32.const 256))
      (global $changing (mut i32) (i32.const 5))
      (func $pair (result i32 i32) (i32.const 1) (i32.const 2))
      (func (param $n i32) (local $x i32) (local $y i32) {code}))""")
    (call,) = constant_call_arguments(binary, "log")
    assert binary[call.offset] in {0x10, 0x12}
    assert call.function_index == 3
    return call.arguments


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("(call $log (i32.const 3) (i32.const -4))", (3, -4)),
        ("(call $log (global.get $fixed) (global.get $changing))", (256, None)),
        ("(call $log (global.get $imported) (local.get $n))", (None, None)),
        ("(local.set $x (i32.const 9)) (call $log (local.get $x) (local.get $y))", (9, None)),
        ("(call $log (local.tee $x (i32.const 9)) (local.get $x))", (9, 9)),
        (
            (
                "(local.set $x (i32.const 9)) (local.set $x (local.get $n))"
                " (call $log (local.get $x) (i32.const 1))"
            ),
            (None, 1),
        ),
        (
            (
                "(call $log (i32.add (global.get $fixed) (i32.const 4))"
                " (i32.sub (i32.const 1) (i32.const 2)))"
            ),
            (260, -1),
        ),
        (
            (
                "(call $log (i32.mul (i32.const 65536) (i32.const 65535))"
                " (i32.shl (i32.const 3) (i32.const 34)))"
            ),
            (-65536, 12),
        ),
        (
            (
                "(call $log (i32.or (i32.const 12) (i32.const 3))"
                " (i32.and (i32.const 13) (i32.const 7)))"
            ),
            (15, 5),
        ),
        (
            "(call $log (i32.xor (i32.const 12) (i32.const 3)) (i32.load (i32.const 3)))",
            (None, None),
        ),
        ("(call $log (i32.add (local.get $n) (i32.const 4)) (i32.const 2))", (None, 2)),
        ("(call $log (call $get (i32.const 4)) (i32.const 2))", (None, 2)),
        ("(call $pair) (call $log)", (None, None)),
        ("i32.const 1 i32.const 2 i32.const 3 drop call $log", (1, 2)),
        ("i32.const 1 i32.const 2 nop local.get $n local.set $y call $log", (1, 2)),
        (
            "(call $log (i32.const 1) (i32.const 2) (i32.const 3) (local.get $n) (select))",
            (1, None),
        ),
        ("(return_call $log (i32.const 1) (i32.const 2))", (1, 2)),
    ],
)
def test_constant_arguments_are_found(code: str, expected: tuple[int | None, ...]) -> None:
    """Constants, immutable globals, locals and simple arithmetic are known, all else is not."""
    assert arguments_of(code) == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("(local.set $x (i32.const 9)) (loop (call $log (local.get $x) (i32.const 1)))", (None, 1)),
        (
            (
                "(local.set $x (i32.const 9))"
                " (if (local.get $n) (then (local.set $x (i32.const 8))))"
                " (call $log (local.get $x) (i32.const 1))"
            ),
            (None, 1),
        ),
        (
            (
                "(local.set $x (i32.const 9)) (if (local.get $n) (then) (else"
                " (call $log (local.get $x) (i32.const 1))))"
            ),
            (None, 1),
        ),
        (
            (
                "(call $log (i32.const 1) (if (result i32) (local.get $n)"
                " (then (i32.const 2)) (else (i32.const 3))))"
            ),
            (None, None),
        ),
        (
            "(call $log (i32.const 1) (block (result i32) (br_if 0 (i32.const 2) (local.get $n))))",
            (None, None),
        ),
        ("(block (br_table 0 0 (local.get $n))) (call $log (i32.const 1) (i32.const 2))", (1, 2)),
    ],
)
def test_knowledge_ends_with_the_basic_block(code: str, expected: tuple[int | None, ...]) -> None:
    """Nothing is carried over a border, where another way may join."""
    assert arguments_of(code) == expected


def test_a_float_is_no_constant_argument() -> None:
    """Only integers are reported; an i64 is one."""
    code = "(call $log (f32.const 1) (i64.const -5) (i32.const 2))"
    assert arguments_of(code, "f32 i64 i32") == (None, -5, 2)


def test_calls_with_very_many_parameters_are_not_looked_through() -> None:
    """Their arguments are reported as unknown, one for each parameter."""
    code = f"(call $log {'(i32.const 1)' * 65})"
    assert arguments_of(code, "i32 " * 65) == (None,) * 65
    code = f"(call $log {'(i32.const 1)' * 64})"
    assert arguments_of(code, "i32 " * 64) == (1,) * 64


def test_each_call_of_the_import_is_reported_in_order() -> None:
    """Every function is searched, and imports of the same name count together."""
    binary = assemble("""(module
      (import "a" "log" (func $a (param i32)))
      (import "b" "other" (func $other (param i32)))
      (import "b" "log" (func $b (param i32)))
      (func (call $a (i32.const 1)) (call $other (i32.const 2)))
      (func (call $b (i32.const 3))))""")
    calls = constant_call_arguments(binary, "log")
    assert [(call.function_index, call.arguments) for call in calls] == [(3, (1,)), (4, (3,))]
    assert isinstance(calls[0], ConstantCall)
    assert constant_call_arguments(binary, "missing") == []
