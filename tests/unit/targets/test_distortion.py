"""Degenerate results, and where each target puts them in the place of true ones."""

from __future__ import annotations

import math
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pytest
from support.cpp_samples import CppSamples

from pytest_llmgen.challenge import Challenge
from pytest_llmgen.targets.cpp import Cpp
from pytest_llmgen.targets.distortion import Distortion
from pytest_llmgen.targets.python_callback import Callback
from pytest_llmgen.targets.target import BuildSettings
from pytest_llmgen.targets.wasm_evidence import require_vector_work

if TYPE_CHECKING:
    from support.python_samples import PythonSamples

    from pytest_llmgen.targets.wasm_module import WasmModule
    from pytest_llmgen.targets.wat import Wat


class Point(NamedTuple):
    """A struct, as the target `cpp` gives it."""

    x: int
    y: list[int]


# Values


@pytest.mark.parametrize(
    ("kind", "value", "stands_for_it"),
    [
        ("zeros", (7, 2.5, True, "text", None), (0, 0.0, False, "text", None)),
        ("zeros", {"a": [1, b"xy"], "b": {3}}, {"a": [0, b"\0\0"], "b": {0}}),
        ("constant", (7, 2.5, False, "text", None), (1, 1.0, True, "x", None)),
        ("constant", Point(5, [6]), Point(1, [1])),
        ("nan", (7, "text", True), (7, "text", True)),
        ("zeros", 2**80, 0),
    ],
)
def test_values_keep_their_form(kind: str, value: Any, stands_for_it: Any) -> None:
    """Types, lengths and keys stay, so that only what was computed is gone."""
    found = Distortion(kind).result(value, [])
    assert repr(found) == repr(stands_for_it)
    assert type(found) is type(value)


@pytest.mark.parametrize("dtype", ["float32", "complex128"])
def test_nan_stands_for_floats(dtype: str) -> None:
    """In arrays, scalars of NumPy, and plain numbers."""
    array, scalar, number = Distortion("nan").result(
        (np.ones((2, 3), dtype), np.ones((), dtype)[()], 1.5), []
    )
    assert array.shape == (2, 3)
    assert array.dtype == scalar.dtype == dtype
    assert np.isnan(array).all()
    assert np.isnan(scalar)
    assert math.isnan(number)


def test_the_input_is_the_first_of_its_kind() -> None:
    """An array of the very shape before another; parts of a container each for itself."""
    inputs = [np.zeros(2), 3.5, np.ones(3), np.float32(0.5), 9]
    distortion = Distortion("input")
    assert distortion.result(np.arange(3.0), inputs) is inputs[2]
    assert distortion.result((1, 2, 2.5), inputs) == (9, 9, 3.5)
    assert distortion.result("text", inputs) == "text"
    assert distortion.result(None, [None]) is None


@pytest.mark.parametrize(
    ("kind", "value", "applied"),
    [
        ("zeros", 0, True),
        ("zeros", "text", False),
        ("zeros", [], False),
        ("zeros", np.zeros(0), False),
        ("nan", 3, False),
        ("nan", math.nan, True),
        ("constant", [[], "x"], True),
        ("input", 5, True),
        ("input", 5.0, False),
    ],
)
def test_it_knows_whether_there_was_anything_to_replace(
    kind: str, value: Any, applied: bool
) -> None:
    """Also where what stands for a value is equal to it."""
    distortion = Distortion(kind)
    distortion.result(value, [5])
    assert distortion.applied is applied


@pytest.mark.parametrize(
    ("kind", "contents"),
    [("zeros", [0, 2, 0]), ("nan", [7, 2, 9]), ("input", [1, 2, 3]), ("constant", [1, 2, 1])],
)
def test_what_was_left_as_it_was_stays(kind: str, contents: list[int]) -> None:
    """In arrays and in lists, element by element."""
    distortion = Distortion(kind)
    assert distortion.contents([7, 2, 9], [1, 2, 3]) == contents
    array = distortion.contents(np.array([7, 2, 9]), np.array([1, 2, 3]))
    assert array.tolist() == contents
    nested = distortion.contents({"a": [7, np.array([2, 9])]}, {"a": [1, np.array([2, 3])]})
    assert (nested["a"][0], nested["a"][1].tolist()) == (contents[0], contents[1:])


def test_inputs_that_are_not_changed_do_not_count() -> None:
    """Looking at them once more is no check of a result."""
    distortion = Distortion("constant")
    before = {"a": [np.array([math.nan, -0.0]), "text"], "b": (1, 2)}
    after = {"a": [np.array([math.nan, -0.0]), "text"], "b": (1, 2)}
    distortion.contents(after, before)
    assert not distortion.applied


def test_other_lengths_and_types_are_replaced_as_a_whole() -> None:
    """A list that has grown has no elements that were left."""
    assert Distortion("zeros").contents([1, 2, 3], [1, 2]) == [0, 0, 0]
    assert Distortion("input").contents([1, 2, 3], [1, 2]) == [1, 2]
    assert Distortion("zeros").contents(np.ones(2), np.ones(3)).tolist() == [0, 0]
    assert Distortion("zeros").contents(np.ones(2), [1.0, 1.0]).tolist() == [0, 0]


# Targets

WAT = """\
(module
  (memory (export "memory") 2)
  (func (export "double") (param $ptr i32) (param $n i32) (param $x f32) (result i32 f32)
    (local $i i32)
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $i) (local.get $n)))
        (f32.store (local.get $ptr)
          (f32.mul (f32.load (local.get $ptr)) (f32.const 2)))
        (local.set $ptr (i32.add (local.get $ptr) (i32.const 4)))
        (local.set $i (i32.add (local.get $i) (i32.const 1)))
        (br $next)))
    (local.get $n) (f32.const 0.5))
  (func (export "sum") (param $ptr i32) (result i32)
    (i32x4.extract_lane 0 (i32x4.add (v128.load (local.get $ptr)) (v128.const i32x4 1 1 1 1)))))
"""
TASK = "Export `double: (i32, i32, f32) -> (i32, f32)` and `sum: (i32) -> i32`."


def _module(wat: Wat, kind: str) -> WasmModule:
    challenge = Challenge(id="x", folder=Path(), task=TASK, targets=("wat",), tier="t", memory=True)
    module = wat.build(WAT, challenge, BuildSettings())
    module.distortion = Distortion(kind)
    return module


@pytest.mark.parametrize(
    ("kind", "result", "contents"),
    [
        ("zeros", "(0, 0.0)", [0, 0, 0]),
        ("nan", "(2, nan)", [math.nan, 0, math.nan]),
        ("input", "({ptr}, 1.5)", [3, 0, 5]),
        ("constant", "(1, 1.0)", [1, 0, 1]),
    ],
)
def test_wasm_results_and_arrays(wat: Wat, kind: str, result: str, contents: list[float]) -> None:
    """What calls return, and what they have changed in memory; a fresh instance is no exception."""
    for module in (_module(wat, kind), _module(wat, kind).fresh()):
        values, other = module.array([3, 0, 5], "float32"), module.array([7, 8], "int32")
        got = module.call("double", values.ptr, 2, 1.5)
        assert repr(got) == result.format(ptr=values.ptr)
        assert np.array_equal(values.read()[:1], contents[:1], equal_nan=True)
        assert values.read()[2] == 5
        module.call("double", values.ptr + 8, 1, 1.5)
        assert np.array_equal(values.read(), contents, equal_nan=True)
        assert other.read().tolist() == [7, 8]
        assert module.read_bytes(other.ptr + 4, 4) == b"\x08\0\0\0"
        module.close()


def test_evidence_sees_true_results(wat: Wat) -> None:
    """Else zeros would be found out for lack of vector work, and no check need look at results."""
    module = _module(wat, "zeros")
    seen = []

    def run(instance: WasmModule) -> Any:
        seen.append(instance.call("sum", instance.array([1, 2, 3, 4], "int32").ptr))
        return seen[-1]

    assert run(module) == 0
    require_vector_work(module, "sum", run)
    right, broken = seen[1:]
    assert right == 2
    assert broken not in {0, 2}
    module.close()


PYTHON = """\
def half(values, by):
    values[:] = values / by
    return by

def tick(f, n):
    return f(n)

class Counter:
    def __init__(self, start):
        self.n = start
    def add(self, step):
        self.n += step
        return self.n
"""


def test_python_results_objects_and_arguments(build: PythonSamples) -> None:
    """Functions, rows, methods of objects, and arguments that are changed in place."""
    module = build(PYTHON, "`def half(values, by)`, `class Counter`, `def tick(f, n)`")
    module.distortion = Distortion("input")
    values = np.array([2.0, 0.0])
    assert module.call_rows("half", [(values, 4), (values, 8)]) == [4, 8]
    result, (changed, by) = module.call_in_place("half", values, 2)
    assert (result, changed.tolist(), by) == (2, [2.0, 0.0], 2)
    counter = module.create("Counter", 10)
    assert counter.call("add", 5) == 5
    assert module.call_in_place("tick", Callback(abs), -3) == (-3, [None, -3])
    module.distortion = Distortion("constant")
    assert module.call_in_place("half", values, 2)[1][0].tolist() == [1.0, 0.0]
    assert counter.call("add", 5) == 1


@pytest.mark.skipif(shutil.which("g++") is None, reason="g++ is not installed")
def test_cpp_results_and_references(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Results, and parameters passed by reference, in their own form; sanitized too."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    target = Cpp()
    samples = CppSamples(target)
    library = samples.build(
        "`int grow(std::vector<int>& v, int by)`, `void swap_ends(std::vector<int>& v)`",
        "int grow(std::vector<int>& v, int by) { v[0] += by; return by + 1; }\n"
        "void swap_ends(std::vector<int>& v) { std::swap(v.front(), v.back()); }\n",
    )
    library.distortion = Distortion("zeros")
    for one in (library, library.sanitized()):
        result, changed = one.call("grow", [5, 6], 3)
        assert (result, changed.tolist()) == (0, [0, 6])
        assert one.call("swap_ends", [5, 6, 7]).tolist() == [0, 6, 0]
    library.distortion = Distortion("input")
    result, changed = library.call("grow", [5, 6], 3)
    assert (result, changed.tolist()) == (3, [5, 6])
    samples.close()
    target.close()
