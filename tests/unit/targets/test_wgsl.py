"""Target `wgsl`: the ABI, the byte length of the shader, evidence of GPU work."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from pytest_llmgen.challenge import Challenge
from pytest_llmgen.errors import BuildFailed, Crashed, OutOfMemory, RuleBroken
from pytest_llmgen.targets.target import BuildSettings
from pytest_llmgen.targets.wasm_evidence import require_gpu_value, require_gpu_work

if TYPE_CHECKING:
    from pytest_llmgen.targets.wasm_module import WasmArray, WasmModule
    from pytest_llmgen.targets.wgsl import Wgsl

STRICT, CHECK, HOST = (BuildSettings(shader_length=mode) for mode in ("strict", "check", "host"))
SHADER = (
    "@group(0) @binding(0) var<storage, read_write> x: array<u32>;\\n"
    "@compute @workgroup_size(1) fn main() { x[0] = x[0] + 1u; }"
)
LENGTH = len(SHADER) - 1
ALLOWED = "gpu_alloc, gpu_write, gpu_read, gpu_dispatch"
MODULE = """(module
  (import "env" "gpu_alloc" (func $alloc (param i32) (result i32)))
  (import "env" "gpu_write" (func $write (param i32 i32 i32 i32)))
  (import "env" "gpu_read" (func $read (param i32 i32 i32 i32)))
  (import "env" "gpu_dispatch" (func $dispatch (param i32 i32 i32 i32 i32 i32 i32)))
  (memory (export "memory") 1)
  (data (i32.const 256) "{shader}")
  (func (export "f") (param $ptr i32)
    (i32.store (i32.const 0) (call $alloc (i32.const 4)))
    (call $write (i32.load (i32.const 0)) (i32.const 0) (local.get $ptr) (i32.const 4))
    {dispatch}
    {after}))
"""
DISPATCH = "(call $dispatch (i32.const 256) {} (i32.const 0) (i32.const 1) {})"
READ = "(call $read (i32.load (i32.const 0)) (i32.const 0) (local.get $ptr) (i32.const 4))"
ONE = "(i32.const 1) (i32.const 1) (i32.const 1)"


def _challenge(task: str = "Export `f: (i32) -> ()`.") -> Challenge:
    return Challenge(id="x", folder=Path(), task=task, targets=("wgsl",), tier="gpu", memory=True)


def _source(
    length: int = LENGTH, shader: str = SHADER, groups: str = ONE, after: str = READ
) -> str:
    dispatch = DISPATCH.format(f"(i32.const {length})", groups)
    return MODULE.format(shader=shader, dispatch=dispatch, after=after)


def _run(module: WasmModule, value: int = 41) -> WasmArray:
    placed = module.array(np.array([value], "uint32"))
    module.call("f", placed.ptr)
    return placed


def test_the_example_of_the_prompt_works(wgsl: Wgsl) -> None:
    """The very text that models are shown builds, runs, and counts its shader right."""
    rules = wgsl.rules(_challenge(), STRICT)
    example = re.search(r"```wat\n(\(module.*?)```", rules, re.DOTALL)
    assert example is not None
    module = wgsl.build(example[1], _challenge("Export `increment: (i32) -> ()`."), CHECK)
    placed = module.array(np.array([41], "uint32"))
    module.call("increment", placed.ptr)
    assert placed.read().tolist() == [42]
    assert module.final_fault() is None


def test_what_the_gpu_did_is_traced(wgsl: Wgsl) -> None:
    """Dispatches, and reads that still stand."""
    module = wgsl.build(_source(), _challenge(), STRICT)
    placed = _run(module)
    assert module.gpu_trace.dispatches == [(1, 1, 1)]
    assert module.gpu_trace.reads == [(placed.ptr, 4, True)]
    require_gpu_work(module, _run)


@pytest.mark.parametrize("length", [LENGTH - 5, 10, 0, LENGTH + 1000])
def test_a_wrong_length_is_told_with_both_lengths(wgsl: Wgsl, length: int) -> None:
    """The check goes on with the mended text; the fault decides the sample."""
    trailing = f'") (data (i32.const {256 + LENGTH}) "garbage'
    module = wgsl.build(_source(length, SHADER + trailing), _challenge(), STRICT)
    assert _run(module).read().tolist() == [42]
    fault = module.final_fault()
    assert isinstance(fault, Crashed)
    assert str(fault) == (
        f"gpu_dispatch was passed a byte length of {length}, and those {length} bytes are no valid "
        f"shader; the text in the data segment has {LENGTH} bytes, and it is one"
    )
    assert module.notes == {"length_error": {"passed": length, "actual": LENGTH}}


def test_the_host_finds_the_length_itself(wgsl: Wgsl) -> None:
    """With `--llm-shader-length=host` the passed length means nothing."""
    module = wgsl.build(_source(7), _challenge(), HOST)
    assert _run(module).read().tolist() == [42]
    assert module.final_fault() is None
    assert "ignored" in wgsl.rules(_challenge(), HOST)


def test_a_constant_wrong_length_is_a_build_error_where_asked(wgsl: Wgsl) -> None:
    """With `--llm-shader-length=check` the model is shown it before anything runs."""
    with pytest.raises(BuildFailed, match=f"a byte length of 9, .* has {LENGTH} bytes"):
        wgsl.build(_source(9), _challenge(), CHECK)
    wgsl.build(_source(), _challenge(), CHECK)


def test_a_shader_that_is_wrong_whatever_its_length(wgsl: Wgsl) -> None:
    """The shader compiler's words, at run time or, where asked, at build time."""
    broken = SHADER.replace("+ 1u", "+ 1.5")
    with pytest.raises(Crashed, match="are no valid shader"):
        _run(wgsl.build(_source(LENGTH + 1, broken), _challenge(), STRICT))
    with pytest.raises(BuildFailed, match="the shader passed to gpu_dispatch is not valid"):
        wgsl.build(_source(LENGTH + 1, broken), _challenge(), CHECK)


@pytest.mark.parametrize(
    ("shader", "words"),
    [
        ("\\ff\\fe" + "x" * 8, "not UTF-8"),
        ("fn main() {}\\00", "there is a NUL byte at offset 12"),
        ("fn main() { " + "(" * 5000, "nested more than 200 deep"),
        ("fn other() {}", "no valid shader"),
        ("", "no valid shader"),
    ],
)
def test_hopeless_shaders_cost_one_sample(wgsl: Wgsl, shader: str, words: str) -> None:
    """The process goes on, also where the shader compiler itself would crash."""
    length = len(re.sub(r"\\[0-9a-f]{2}", "x", shader))
    with pytest.raises(Crashed, match=words):
        _run(wgsl.build(_source(length, shader), _challenge(), STRICT))
    assert _run(wgsl.build(_source(), _challenge(), STRICT)).read().tolist() == [42]


@pytest.mark.parametrize(
    ("after", "error", "words"),
    [
        (
            "(call $read (i32.const 9) (i32.const 0) (i32.const 0) (i32.const 4))",
            Crashed,
            "gpu_read: there is no buffer 9",
        ),
        (
            "(call $read (i32.const 0) (i32.const 2) (i32.const 0) (i32.const 4))",
            Crashed,
            "gpu_read: buffer_offset is 2, not a multiple of 4",
        ),
        (
            "(call $read (i32.const 0) (i32.const 4) (i32.const 0) (i32.const 4))",
            Crashed,
            "gpu_read: bytes 4 to 8 lie outside buffer 0 of 4 bytes",
        ),
        (
            "(call $read (i32.const 0) (i32.const 0) (i32.const -4) (i32.const 8))",
            Crashed,
            "lie outside",
        ),
        (
            "(drop (call $alloc (i32.const 3)))",
            Crashed,
            "gpu_alloc: byte_length is 3, not a multiple of 4",
        ),
        ("(drop (call $alloc (i32.const -4)))", OutOfMemory, "gpu_alloc: more than"),
    ],
)
def test_misuse_of_the_abi_is_told(
    wgsl: Wgsl, after: str, error: type[Exception], words: str
) -> None:
    """What, which value, and which are allowed."""
    with pytest.raises(error, match=words):
        _run(wgsl.build(_source(after=after), _challenge(), STRICT))


def test_too_many_workgroups_are_a_crash(wgsl: Wgsl) -> None:
    """WebGPU's own limit, in its words."""
    groups = "(i32.const 65536) (i32.const 1) (i32.const 1)"
    with pytest.raises(Crashed, match="must be less or equal to 65535"):
        _run(wgsl.build(_source(groups=groups), _challenge(), STRICT))


@pytest.mark.parametrize(
    ("field", "message"),
    [
        (
            '(import "env" "print" (func))',
            'the module imports "env" "print"; it may import from "env" only ' + ALLOWED,
        ),
        (
            '(import "env" "gpu_alloc" (func (param i32)))',
            'the import "env" "gpu_alloc" must be a function of type (i32) -> (i32)',
        ),
    ],
)
def test_other_imports_are_refused(wgsl: Wgsl, field: str, message: str) -> None:
    """With what would be right."""
    with pytest.raises(BuildFailed) as raised:
        wgsl.build(f"(module {field})", _challenge(), STRICT)
    assert str(raised.value) == message


def test_a_result_of_the_cpu_is_no_gpu_work(wgsl: Wgsl) -> None:
    """Without a dispatch, with an idle one, and with a result written over the GPU's."""
    by_cpu = "(i32.store (local.get $ptr) (i32.const 42))"
    nothing = MODULE.format(shader=SHADER, dispatch="", after=by_cpu)
    with pytest.raises(RuleBroken, match="nothing was dispatched"):
        require_gpu_work(wgsl.build(nothing, _challenge(), STRICT), _run)
    none = _source(groups="(i32.const 0) (i32.const 1) (i32.const 1)", after=READ + by_cpu)
    with pytest.raises(RuleBroken, match="nothing was dispatched"):
        require_gpu_work(wgsl.build(none, _challenge(), STRICT), _run)
    over = wgsl.build(
        _source(after=by_cpu + READ.replace("(local.get $ptr)", "(i32.const 16)")),
        _challenge(),
        STRICT,
    )
    with pytest.raises(RuleBroken, match="4 of 4 bytes of the output were not written by gpu_read"):
        require_gpu_work(over, _run)


def test_a_returned_number_must_depend_on_the_gpu(wgsl: Wgsl) -> None:
    """A constant beside a dispatch for show does not pass."""
    task = "Export `f: (i32) -> i32`."
    typed = _source().replace("(param $ptr i32)", "(param $ptr i32) (result i32)")
    real = typed.replace(READ, READ + "(i32.load (local.get $ptr))")
    fake = typed.replace(READ, READ + "(i32.const 42)")

    def run(module: WasmModule) -> int:
        return int(module.call("f", module.array(np.array([41], "uint32")).ptr))

    require_gpu_value(wgsl.build(real, _challenge(task), STRICT), run)
    with pytest.raises(RuleBroken, match="the result is computed without the GPU"):
        require_gpu_value(wgsl.build(fake, _challenge(task), STRICT), run)
