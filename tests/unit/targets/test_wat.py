"""Target `wat`: diagnostics, checked exports, limits, arrays between guards."""

from __future__ import annotations

import math
import shutil
import signal
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from support.processes import is_gone_soon
from support.sandboxes import kill_children

from pytest_llmgen.challenge import Challenge, Limits
from pytest_llmgen.errors import (
    BuildFailed,
    Crashed,
    OutOfMemory,
    RuleBroken,
    TimedOut,
    WrongAnswer,
)
from pytest_llmgen.targets.target import BuildSettings
from pytest_llmgen.targets.wat import WAT_FORM, Wat

if TYPE_CHECKING:
    from pytest_llmgen.targets.wasm_module import WasmModule

SETTINGS = BuildSettings()
LIMITS = Limits(wall_s=10, fuel=5_000_000, memory_bytes=16 * 65536)


def _challenge(task: str = "Export `f: (i32) -> i32`.", *, memory: bool = False) -> Challenge:
    return Challenge(
        id="x", folder=Path(), task=task, targets=("wat",), tier="t", memory=memory, limits=LIMITS
    )


def _build(wat: Wat, source: str, challenge: Challenge | None = None) -> WasmModule:
    return wat.build(source, challenge or _challenge(), SETTINGS)


def _refused(wat: Wat, source: str, challenge: Challenge | None = None) -> str:
    with pytest.raises(BuildFailed) as raised:
        _build(wat, source, challenge)
    return str(raised.value)


def _f(body: str, *fields: str) -> str:
    """A module whose `f: (i32) -> i32` has a body."""
    return f'(module {" ".join(fields)} (func (export "f") (param i32) (result i32) {body}))'


def test_a_syntax_error_comes_with_line_and_column(wat: Wat) -> None:
    """In the assembler's own words."""
    message = _refused(wat, '(module\n  (func (export "f")\n    i32.maximum))')
    assert message.startswith("unknown operator or unexpected token\n     --> source.wat:3:5")


def test_a_type_error_names_function_and_instruction(wat: Wat) -> None:
    """Wasmtime gives only an offset in a binary that the model never saw."""
    message = _refused(wat, _f("local.get 0 f32.const 1 i32.add"))
    assert message.splitlines()[0] == (
        "the module does not validate: type mismatch: expected i32, found f32 (at offset 0x27)"
    )
    assert 'in function 0 (exported as "f"), instruction 3 of its body: i32.add' in message


def test_a_type_error_has_a_line_where_wabt_is_installed(wat: Wat) -> None:
    """The second opinion's words are appended."""
    if shutil.which("wat2wasm") is None:
        pytest.skip("wabt is not installed; try: apt-get install wabt")
    message = _refused(wat, _f("\n\nlocal.get 0 f32.const 1 i32.add"))
    assert "source.wat:3:25: error: type mismatch in i32.add" in message


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ('(module (func (export "g")))', "there is no exported function of that name"),
        ('(module (memory (export "f") 1))', "there is no exported function of that name"),
        (
            '(module (func (export "f") (param i64) (result i32) i32.const 0))',
            "it is f: (i64) -> i32",
        ),
        ('(module (func (export "f") (param i32)))', "it is f: (i32) -> ()"),
    ],
)
def test_an_export_of_another_type_is_refused(wat: Wat, source: str, words: str) -> None:
    """Both types are told."""
    message = _refused(wat, source)
    assert message == f"the module must export the function f: (i32) -> i32; {words}"


def test_imports_are_refused(wat: Wat) -> None:
    """Nothing could satisfy them."""
    message = _refused(wat, _f("local.get 0", '(import "env" "log" (func))'))
    assert message == 'the module must import nothing, but imports "env" "log"'


@pytest.mark.parametrize(
    ("field", "message"),
    [
        ("", 'the module must export its memory as "memory"'),
        ("(memory 1)", 'the module must export its memory as "memory"'),
        ('(memory (export "memory") 0)', "the memory must have at least 1 page"),
        (
            '(memory (export "memory") 1 2)',
            "the memory is declared with a maximum of 2 pages: leave that out",
        ),
    ],
)
def test_the_memory_must_be_as_the_rules_say(wat: Wat, field: str, message: str) -> None:
    """The caller has to place arrays in it."""
    assert _refused(wat, _f("local.get 0", field), _challenge(memory=True)) == message


@pytest.mark.parametrize("source", ["", "(", "\0", '(module "', "(" * 100_000, "(module)" * 2])
def test_hopeless_text_is_a_build_failure(wat: Wat, source: str) -> None:
    """Whatever a model writes."""
    assert _refused(wat, source)


def test_an_enormous_source_is_refused(wat: Wat) -> None:
    """Before anything parses it."""
    assert _refused(wat, " " * 2_000_000) == "the source is longer than 1048576 bytes"


def test_values_of_every_type_arrive_unchanged(wat: Wat) -> None:
    """Signed extremes, NaN, infinities, the sign of zero."""
    task = "`a: (i32) -> i32` `b: (i64) -> i64` `c: (f32) -> f32` `d: (f64) -> f64`"
    source = "".join(
        f'(func (export "{name}") (param {kind}) (result {kind}) local.get 0)'
        for name, kind in zip("abcd", ("i32", "i64", "f32", "f64"), strict=True)
    )
    module = _build(wat, f"(module {source})", _challenge(task))
    assert module.call_rows("a", [[2**31 - 1], [-(2**31)], [2**32 - 1]]) == [
        2**31 - 1,
        -(2**31),
        -1,
    ]
    assert module.call_rows("b", [[2**63 - 1], [-(2**63)]]) == [2**63 - 1, -(2**63)]
    for name in "cd":
        assert math.isnan(module.call(name, math.nan))
        assert module.call(name, -math.inf) == -math.inf
        assert math.copysign(1, module.call(name, -0.0)) == -1
    module.close()


def test_several_results_are_a_tuple_and_none_is_none(wat: Wat) -> None:
    """As a Python function would return them."""
    task = "`two: () -> (i32, i64)` `no: () -> ()`"
    source = (
        '(module (func (export "two") (result i32 i64) i32.const 1 i64.const 2)'
        '(func (export "no")))'
    )
    module = _build(wat, source, _challenge(task))
    assert module.call("two") == (1, 2)
    assert module.call("no") is None


def test_a_trap_is_a_crash_that_names_the_call(wat: Wat) -> None:
    """With the arguments that led to it."""
    module = _build(wat, _f("i32.const 1 local.get 0 i32.div_s"))
    with pytest.raises(Crashed) as raised:
        module.call_rows("f", [[1], [2], [0]])
    assert str(raised.value) == "wasm trap: integer divide by zero"
    assert raised.value.__notes__ == ["in f(0)"]


def test_a_loop_without_end_runs_out_of_fuel(wat: Wat) -> None:
    """And the next call on another instance is not harmed."""
    module = _build(wat, _f("(loop br 0) local.get 0"))
    with pytest.raises(TimedOut, match="all fuel consumed"):
        module.call("f", 1)
    assert _build(wat, _f("local.get 0")).call("f", 7) == 7


def test_endless_recursion_is_a_crash(wat: Wat) -> None:
    """The stack of the guest ends before that of its process."""
    source = '(module (func $f (export "f") (param i32) (result i32) local.get 0 call $f))'
    with pytest.raises(Crashed, match="call stack exhausted"):
        _build(wat, source).call("f", 1)


def test_too_much_memory_from_the_start(wat: Wat) -> None:
    """The declared minimum is beyond the limit."""
    source = _f("local.get 0", '(memory (export "memory") 1000)')
    with pytest.raises(OutOfMemory):
        _build(wat, source).call("f", 1)


def test_growing_past_the_limit_gives_minus_one(wat: Wat) -> None:
    """As WebAssembly has it: the module may cope."""
    source = _f("local.get 0 memory.grow", '(memory (export "memory") 1)')
    module = _build(wat, source, _challenge(memory=True))
    assert module.call_rows("f", [[1], [10_000]]) == [1, -1]


def test_a_dead_worker_is_a_crash_and_the_next_build_works(wat: Wat) -> None:
    """One sample is lost, not the run."""
    module = _build(wat, _f("local.get 0"))
    assert module.call("f", 1) == 1
    assert all(map(is_gone_soon, kill_children(wat._worker.sandbox, signal.SIGKILL)))
    with pytest.raises(Crashed, match="died of SIGKILL"):
        module.call("f", 1)
    assert _build(wat, _f("local.get 0")).call("f", 3) == 3


STORE = (
    '(module (memory (export "memory") 1)'
    ' (func (export "f") (param i32) (result i32) {} i32.const 0))'
)


def test_arrays_come_back_as_the_module_left_them(wat: Wat) -> None:
    """Also at addresses that are not aligned, and empty ones."""
    source = STORE.format("(i32.store8 (local.get 0) (i32.const 9))")
    module = _build(wat, source, _challenge(memory=True))
    first = module.array(np.arange(6, dtype="int16").reshape(2, 3), misalign=1)
    second = module.array([], "float64")
    assert first.ptr % 2 == 1
    module.call("f", first.ptr)
    assert first.read().tolist() == [[9, 1, 2], [3, 4, 5]]
    assert second.read().shape == (0,)


@pytest.mark.parametrize("offset", [-1, 4, 63])
def test_a_write_beside_an_array_is_a_wrong_answer(wat: Wat, offset: int) -> None:
    """Guard bytes stand on both sides."""
    source = STORE.format(
        f"(i32.store8 (i32.add (local.get 0) (i32.const {offset})) (i32.const 9))"
    )
    module = _build(wat, source, _challenge(memory=True))
    placed = module.array(np.zeros(4, "uint8"))
    with pytest.raises(WrongAnswer) as raised:
        module.call("f", placed.ptr)
    assert str(raised.value) == f"it wrote outside its arrays, at address {placed.ptr + offset}"


def test_a_module_that_cannot_hold_the_arrays_is_told(wat: Wat) -> None:
    """Beyond the memory limit of the challenge."""
    module = _build(wat, STORE.format(""), _challenge(memory=True))
    with pytest.raises(RuleBroken, match="could not grow the exported memory"):
        module.array(np.zeros(LIMITS.memory_bytes, "uint8"))


def test_instances_share_nothing(wat: Wat) -> None:
    """A fresh instance starts from the module, not from what an earlier one left."""
    counter = _f(
        "(global.set $n (i32.add (global.get $n) (i32.const 1))) global.get $n",
        "(global $n (mut i32) (i32.const 0))",
    )
    module = _build(wat, counter)
    assert module.call_rows("f", [[0], [0]]) == [1, 2]
    assert module.fresh().call("f", 0) == 1


def test_fuel_counts_what_was_executed(wat: Wat) -> None:
    """The same call costs the same."""
    module = _build(wat, _f("local.get 0 i32.const 1 i32.add"))
    module.call("f", 1)
    first = module.fuel_used
    module.call("f", 2)
    assert 0 < first == module.fuel_used


@pytest.mark.parametrize(
    ("text", "plausible"),
    [
        ("(module)", True),
        ("(func (result i32) i32.const 1)", True),
        ('(module (data "(") ;; (\n (; ( ;) )', True),
        ("(module (func)", False),
        ("print(1)", False),
        ("", False),
    ],
)
def test_what_looks_like_wat(text: str, *, plausible: bool) -> None:
    """Brackets in strings and comments do not count."""
    assert WAT_FORM.plausible(text) is plausible


def test_wat_is_found_between_prose() -> None:
    """The last module of a reply without a fence."""
    reply = 'First (module) then\n(module\n  (func (export "f")))\nThat is all (really).'
    assert WAT_FORM.find_bare(reply) == '(module\n  (func (export "f")))'


def test_rules_speak_of_memory_only_where_there_is_one(wat: Wat) -> None:
    """A scalar task is not burdened with it."""
    scalar = _challenge()
    assert "memory" not in wat.rules(scalar, SETTINGS)
    assert "65536" in wat.rules(replace(scalar, memory=True), SETTINGS)
