"""Calls of functions in MLIR: what goes in, what comes out, and what goes wrong."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from pytest_llmgen.challenge import Limits
from pytest_llmgen.errors import (
    Crashed,
    LlmgenError,
    OutOfMemory,
    RuleBroken,
    TimedOut,
    UsageError,
)
from pytest_llmgen.targets.distortion import Distortion

if TYPE_CHECKING:
    from support.mlir_samples import MlirSamples

LIMITS = Limits(wall_s=1.0, memory_bytes=64 << 20)
STORE = "func.func @store(%m: memref<?xf32>, %at: index)"
STORE_BODY = """\
  %x = arith.constant 2.5 : f32
  memref.store %x, %m[%at] : memref<?xf32>
  return"""
LOAD = "func.func @load(%m: memref<?xf64>, %at: index) -> f64"
LOAD_BODY = "  %x = memref.load %m[%at] : memref<?xf64>\n  return %x : f64"
DIVIDE = "func.func @divide(%a: i32, %b: i32) -> i32"
DIVIDE_BODY = "  %q = arith.divsi %a, %b : i32\n  return %q : i32"


def fault(kind: type[LlmgenError], act: Any) -> tuple[str, list[str]]:
    """The words and the notes of what is raised."""
    with pytest.raises(kind) as raised:
        act()
    assert type(raised.value) is kind
    return str(raised.value), raised.value.__notes__


# Values


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("i1", [True, False]),
        ("i8", [-128, 0, 127]),
        ("i16", [-(2**15), 2**15 - 1]),
        ("i32", [-(2**31), -1, 2**31 - 1]),
        ("i64", [-(2**63), 2**63 - 1]),
        ("index", [0, 2**63, 2**64 - 1]),
        ("f32", [0.1, -0.0, math.inf, 1e-45]),
        ("f64", [0.1, -math.inf, 5e-324]),
    ],
)
def test_scalars_go_in_and_come_out(mlir: MlirSamples, kind: str, values: list[Any]) -> None:
    """At the ends of their ranges; an f32 as the number that it holds."""
    module = mlir.function(f"func.func @f(%x: {kind}) -> {kind}", f"  return %x : {kind}")
    found = module.call_rows("f", [(value,) for value in values])
    expected = [float(np.float32(value)) for value in values] if kind == "f32" else values
    assert [(type(value), repr(value)) for value in found] == [
        (type(value), repr(value)) for value in expected
    ]


def test_unsigned_integers_are_taken_and_come_back_signed(mlir: MlirSamples) -> None:
    """All that fits the width."""
    module = mlir.function("func.func @f(%x: i8) -> i8", "  return %x : i8")
    assert module.call_rows("f", [(255,), (128,), (np.uint8(200),)]) == [-1, -128, -56]


def test_a_number_beyond_f32_becomes_infinite(mlir: MlirSamples) -> None:
    """As a cast makes it; NaN stays."""
    module = mlir.function("func.func @f(%x: f32) -> f32", "  return %x : f32")
    assert module.call("f", 1e300) == math.inf
    assert math.isnan(module.call("f", math.nan))


def test_several_results_are_a_tuple_and_none_is_none(mlir: MlirSamples) -> None:
    """Laid out with gaps between types of other widths."""
    module = mlir.build(
        "`func.func @f(%a: i8, %b: f64, %c: i1) -> (i1, f64, i8, i16)` and `func.func @g()`",
        """\
func.func @f(%a: i8, %b: f64, %c: i1) -> (i1, f64, i8, i16) {
  %d = arith.extsi %a : i8 to i16
  return %c, %b, %a, %d : i1, f64, i8, i16
}
func.func @g() {
  return
}
""",
    )
    assert module.call("f", -3, 0.25, True) == (True, 0.25, -3, -3)
    assert module.call("g") is None


@pytest.mark.parametrize(
    ("kind", "dtype"),
    [
        ("i1", "?"),
        ("i8", "i1"),
        ("i16", "i2"),
        ("i32", "i4"),
        ("i64", "i8"),
        ("index", "i8"),
        ("f32", "f4"),
        ("f64", "f8"),
    ],
)
@pytest.mark.parametrize("size", [0, 1, 5, 1024, 1030])
def test_arrays_are_changed_in_a_copy(mlir: MlirSamples, kind: str, dtype: str, size: int) -> None:
    """Reversed, through memory that ends at a page; what was passed stays as it was."""
    memref = f"memref<?x{kind}>"
    module = mlir.function(
        f"func.func @f(%m: {memref})",
        f"""\
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %two = arith.constant 2 : index
  %n = memref.dim %m, %zero : {memref}
  %half = arith.divui %n, %two : index
  %last = arith.subi %n, %one : index
  scf.for %i = %zero to %half step %one {{
    %j = arith.subi %last, %i : index
    %a = memref.load %m[%i] : {memref}
    %b = memref.load %m[%j] : {memref}
    memref.store %a, %m[%j] : {memref}
    memref.store %b, %m[%i] : {memref}
  }}
  return""",
    )
    given = (np.arange(size) % 3).astype(dtype)
    before = given.copy()
    reversed_ = module.call("f", given)
    assert reversed_.dtype == given.dtype
    assert reversed_.tolist() == before[::-1].tolist()
    assert given.tolist() == before.tolist()
    assert reversed_.flags.writeable


def test_results_come_before_every_memref_in_order(mlir: MlirSamples) -> None:
    """Of any rank, also 0, with sizes fixed or open; inputs among them."""
    module = mlir.function(
        "func.func @f(%a: memref<2x?xi32>, %s: i32, %b: memref<i32>) -> i32",
        """\
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %x = memref.load %a[%one, %zero] : memref<2x?xi32>
  memref.store %s, %b[] : memref<i32>
  memref.store %s, %a[%zero, %one] : memref<2x?xi32>
  return %x : i32""",
    )
    given = np.arange(6, dtype=np.int32).reshape(2, 3)
    result, a, b = module.call("f", given, 9, np.array(0, np.int32))
    assert result == 3
    assert a.tolist() == [[0, 9, 2], [3, 4, 5]]
    assert b.shape == ()
    assert int(b) == 9
    strided = module.call("f", np.asfortranarray(given), 9, np.array(0, np.int32))
    assert strided[1].tolist() == a.tolist()


@pytest.mark.parametrize(
    ("declaration", "arguments", "words"),
    [
        ("(%a: i1)", (1,), "the argument 'a' cannot be 1: i1 needs True or False"),
        ("(%a: i8)", (256,), "the argument 'a' cannot be 256: i8 is from -128 to 255"),
        ("(%a: i8)", (True,), "the argument 'a' cannot be True: i8 needs an integer"),
        (
            "(%a: index)",
            (-1,),
            "the argument 'a' cannot be -1: index is from 0 to 18446744073709551615",
        ),
        ("(%a: f32)", ("1",), "the argument 'a' cannot be '1': f32 needs a number"),
        (
            "(%a: memref<?xf32>)",
            ([1.0],),
            "the argument 'a' cannot be [1.0]: memref<?xf32> needs an array of dtype float32",
        ),
        (
            "(%a: memref<?xf32>)",
            (np.zeros(1),),
            (
                "the argument 'a' cannot be array([0.]): memref<?xf32> needs an array of dtype "
                "float32 and 1 dimensions, not float64 and 1"
            ),
        ),
        (
            "(%a: memref<2xi8>)",
            (np.zeros(3, np.int8),),
            (
                "the argument 'a' cannot be array([0, 0, 0], dtype=int8): memref<2xi8> needs "
                "another shape than (3,)"
            ),
        ),
    ],
)
def test_an_argument_of_another_type_is_the_check_s_fault(
    mlir: MlirSamples, declaration: str, arguments: tuple[Any, ...], words: str
) -> None:
    """It is named, with the declaration."""
    module = mlir.function(f"func.func @f{declaration}", "  return")
    with pytest.raises(UsageError, match=f"^{re.escape(f'`func.func @f{declaration}`: {words}')}$"):
        module.call("f", *arguments)


def test_a_call_that_the_task_does_not_know_is_the_check_s_fault(mlir: MlirSamples) -> None:
    """Another name, or another number of arguments."""
    module = mlir.function(DIVIDE, DIVIDE_BODY)
    with pytest.raises(UsageError, match=r"^the task declares no function @f; it declares: divide"):
        module.call("f")
    with pytest.raises(UsageError, match=r"takes 2 arguments, got 1$"):
        module.call("divide", 1)


# What goes wrong


@pytest.mark.parametrize("size", [0, 5, 1024])
def test_the_first_element_beyond_the_end_crashes(mlir: MlirSamples, size: int) -> None:
    """Read or written; the element before it is fine."""
    words = (
        "the process that ran it died of SIGSEGV: it reached outside its memrefs, or its calls "
        "nest too deep"
    )
    load, store = mlir.function(LOAD, LOAD_BODY), mlir.function(STORE, STORE_BODY)
    if size:
        assert load.call("load", np.ones(size), size - 1)[0] == 1.0
        assert store.call("store", np.ones(size, np.float32), size - 1)[size - 1] == 2.5
    told, notes = fault(Crashed, lambda: load.call("load", np.ones(size), size))
    assert told == words
    assert re.fullmatch(rf"in load\(array\(\[.*\), {size}\)", notes[0])
    told, _ = fault(Crashed, lambda: store.call("store", np.ones(size, np.float32), size))
    assert told == words


@pytest.mark.parametrize("before", [1, 2, 7, 16])
def test_a_write_before_the_beginning_breaks_the_rules(mlir: MlirSamples, before: int) -> None:
    """Seen from the outside, whatever the size."""
    module = mlir.function(STORE, STORE_BODY)
    for size in (0, 3, 1020, 1024):
        given = np.ones(size, np.float32)
        told, _ = fault(RuleBroken, lambda given=given: module.call("store", given, 2**64 - before))
        assert told == "it wrote before the beginning of the memref %m"


def test_a_read_before_the_beginning_finds_no_zeros(mlir: MlirSamples) -> None:
    """But random bytes, other ones in each call."""
    module = mlir.function(LOAD, LOAD_BODY)
    found = {module.call("load", np.zeros(3), 2**64 - 1)[0].hex() for _ in range(4)}
    assert len(found) > 1
    assert float(0).hex() not in found


@pytest.mark.parametrize("at", [2**20, 10**9, 2**40, 2**64 - 10**6])
def test_accesses_far_outside_crash(mlir: MlirSamples, at: int) -> None:
    """Beyond either end."""
    module = mlir.function(STORE, STORE_BODY)
    told, _ = fault(Crashed, lambda: module.call("store", np.ones(4, np.float32), at))
    assert told.startswith("the process that ran it died of SIGSEGV")


def test_a_crash_names_its_call_and_the_next_works(mlir: MlirSamples) -> None:
    """In a new process, that has it built anew."""
    module = mlir.function(DIVIDE, DIVIDE_BODY)
    rows = [(number, 3 - number) for number in range(5)]
    told, notes = fault(Crashed, lambda: module.call_rows("divide", rows))
    assert told == (
        "the process that ran it died of SIGFPE: it divided an integer by zero, or the least one "
        "by -1"
    )
    assert notes == ["in call 4 of 5: divide(3, 0)"]
    assert module.call("divide", 7, -2) == -3


def test_a_loop_without_end_times_out(mlir: MlirSamples) -> None:
    """And the next call works."""
    module = mlir.function(
        "func.func @f(%n: i32) -> i32",
        """\
  %r = scf.while (%x = %n) : (i32) -> i32 {
    %zero = arith.constant 0 : i32
    %more = arith.cmpi ne, %x, %zero : i32
    scf.condition(%more) %x : i32
  } do {
  ^bb0(%y: i32):
    scf.yield %y : i32
  }
  return %r : i32""",
        limits=LIMITS,
    )
    assert fault(TimedOut, lambda: module.call("f", 1)) == ("no result within 1 s", ["in f(1)"])
    assert module.call("f", 0) == 0


def test_calls_that_nest_without_end_crash(mlir: MlirSamples) -> None:
    """At the end of the stack."""
    module = mlir.function(
        "func.func @f(%x: f64) -> f64",
        """\
  %y = func.call @f(%x) : (f64) -> f64
  %z = math.sin %y : f64
  %r = arith.addf %z, %x : f64
  return %r : f64""",
    )
    told, _ = fault(Crashed, lambda: module.call("f", 1.0))
    assert told.startswith("the process that ran it died of SIGSEGV")


@pytest.mark.parametrize("options", ["", "{alignment = 64} "])
def test_memory_is_limited(mlir: MlirSamples, options: str) -> None:
    """All that is held at once, in pieces too; it is free again for the next call."""
    module = mlir.function(
        "func.func @f(%m: memref<1xi8>, %n: index, %pieces: index)",
        f"""\
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  scf.for %i = %zero to %pieces step %one {{
    %held = memref.alloc(%n) {options}: memref<?xi8>
    %x = memref.load %held[%zero] : memref<?xi8>
    memref.store %x, %m[%zero] : memref<1xi8>
  }}
  return""",
        limits=LIMITS,
    )
    memory = np.zeros(1, np.int8)
    for n, pieces in ((60 << 20, 1), (1 << 20, 60), (1, 1000)):
        assert module.call("f", memory, n, pieces).tolist() == [-1]
    for n, pieces in ((65 << 20, 1), (1 << 20, 65), (2**62, 1)):
        told, _ = fault(OutOfMemory, lambda n=n, pieces=pieces: module.call("f", memory, n, pieces))
        assert told == "it allocated more than 64 MiB"


def test_memory_that_is_not_its_own_is_not_freed(mlir: MlirSamples) -> None:
    """A parameter."""
    module = mlir.function(
        "func.func @f(%m: memref<?xi8>)", "  memref.dealloc %m : memref<?xi8>\n  return"
    )
    told, _ = fault(Crashed, lambda: module.call("f", np.zeros(1, np.int8)))
    assert told == "it freed memory that it had not allocated, or freed it twice"


def test_a_failed_assertion_is_told(mlir: MlirSamples) -> None:
    """With its message."""
    module = mlir.function(
        "func.func @f(%c: i1)", '  cf.assert %c, "altitude is negative"\n  return'
    )
    assert module.call("f", True) is None
    told, _ = fault(Crashed, lambda: module.call("f", False))
    assert told == "its cf.assert failed: altitude is negative"


def test_strided_views_are_copied(mlir: MlirSamples) -> None:
    """Element by element, from each other column."""
    view = "memref<2x2xf32, strided<[4, 2]>>"
    module = mlir.function(
        "func.func @f(%a: memref<2x4xf32>, %b: memref<2x2xf32>)",
        f"""\
  %s = memref.subview %a[0, 0][2, 2][1, 2] : memref<2x4xf32> to {view}
  memref.copy %s, %b : {view} to memref<2x2xf32>
  return""",
    )
    given = np.arange(8, dtype=np.float32).reshape(2, 4)
    _, copied = module.call("f", given, np.zeros((2, 2), np.float32))
    assert copied.tolist() == given[:, ::2].tolist()


OPERATIONS = """
    sin cos tan asin acos atan sinh cosh tanh asinh exp exp2 expm1 log log2 log10 log1p sqrt rsqrt
    cbrt erf floor ceil trunc round roundeven absf
"""


@pytest.mark.parametrize("operation", OPERATIONS.split())
def test_mathematics_is_there(mlir: MlirSamples, operation: str) -> None:
    """Every function of one number, in both widths."""
    module = mlir.build(
        "`func.func @f(%x: f32) -> f32` and `func.func @g(%x: f64) -> f64`",
        f"""\
func.func @f(%x: f32) -> f32 {{
  %r = math.{operation} %x : f32
  return %r : f32
}}
func.func @g(%x: f64) -> f64 {{
  %r = math.{operation} %x : f64
  return %r : f64
}}
""",
    )
    x = float(np.float32(0.7))
    named = {
        "rsqrt": lambda x: 1 / math.sqrt(x),
        "erf": math.erf,
        "round": round,
        "roundeven": round,
        "absf": abs,
        **{name: getattr(np, f"arc{name[1:]}") for name in ("asin", "acos", "atan", "asinh")},
    }
    compute = named[operation] if operation in named else getattr(np, operation)
    expected = float(compute(x))
    assert module.call("f", x) == pytest.approx(expected, rel=1e-6)
    assert module.call("g", x) == pytest.approx(expected, rel=1e-14)


# Degenerate solutions


def test_distorted_results_are_those_of_a_solution_that_computes_nothing(
    mlir: MlirSamples,
) -> None:
    """Results and what changed in place; what a function leaves alone stays so."""
    module = mlir.function(
        "func.func @f(%x: i32, %a: memref<?xi32>, %b: memref<?xi32>) -> i32",
        """\
  %zero = arith.constant 0 : index
  %y = arith.addi %x, %x : i32
  memref.store %y, %b[%zero] : memref<?xi32>
  return %y : i32""",
    )
    given = (4, np.array([5, 6], np.int32), np.array([7, 8], np.int32))
    assert module.distortion is None
    module.distortion = Distortion("zeros")
    result, a, b = module.call("f", *given)
    assert (result, a.tolist(), b.tolist()) == (0, [5, 6], [0, 8])
    module.distortion = Distortion("input")
    result, a, b = module.call_rows("f", [given])[0]
    assert (result, a.tolist(), b.tolist()) == (4, [5, 6], [7, 8])
