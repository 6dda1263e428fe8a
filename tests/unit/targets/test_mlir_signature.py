"""What a task declares for the target `mlir`."""

from __future__ import annotations

import re

import pytest

from pytest_llmgen.errors import UsageError
from pytest_llmgen.targets.mlir_signature import Memref, Scalar, parse_functions


def test_functions_are_found_in_backticks() -> None:
    """In order, also over several lines; other code in backticks is left alone."""
    task = """\
    Write `func.func @thrust(%altitude: f32,
    %velocity: f32) -> f32`, then `func.func @f() -> (f32, i1)` and `func.func @g(%n: index)`;
    use `arith.addf`, not `func.call @h()`.
    """
    found = parse_functions(task)
    assert [one.name for one in found] == ["thrust", "f", "g"]
    assert [one.type for one in found] == ["(f32, f32) -> f32", "() -> (f32, i1)", "(index) -> ()"]
    assert found[0].parameters == (("altitude", Scalar("f32")), ("velocity", Scalar("f32")))
    assert found[0].declaration == "func.func @thrust(%altitude: f32, %velocity: f32) -> f32"
    assert found[1].result_format == "@f?"


@pytest.mark.parametrize("text", ["i1", "i8", "i16", "i32", "i64", "index", "f32", "f64"])
def test_every_scalar_type_is_taken(text: str) -> None:
    """As a parameter, as a result, and as the element of a memref."""
    [found] = parse_functions(f"`func.func @f(%x: {text}, %m: memref<?x{text}>) -> {text}`")
    assert found.type == f"({text}, memref<?x{text}>) -> {text}"
    assert found.results == (Scalar(text),)


@pytest.mark.parametrize(
    ("text", "shape"),
    [("?", (None,)), ("4x?", (4, None)), ("2x3x4", (2, 3, 4)), ("", ()), ("?x?", (None, None))],
)
def test_sizes_of_a_memref_are_fixed_or_open(text: str, shape: tuple[int | None, ...]) -> None:
    """Any number of them."""
    kind = f"memref<{text}{'x' if text else ''}f32>"
    [found] = parse_functions(f"`func.func @f(%m: {kind})`")
    assert found.memrefs == (Memref(shape, Scalar("f32")),)
    assert found.type == f"({kind}) -> ()"


def test_a_fenced_example_declares_nothing() -> None:
    """It may show code of another function."""
    task = "`func.func @f()`\n```mlir\n`func.func @g()`\n```\n"
    assert [one.name for one in parse_functions(task)] == ["f"]


@pytest.mark.parametrize(
    ("task", "message"),
    [
        (
            "Write something.",
            (
                "a task for the target 'mlir' declares its functions in backticks, such as "
                "`func.func @larger(%a: f32, %b: f32) -> f32`, and there is none"
            ),
        ),
        (
            "`func.func @f(f32)`",
            "`func.func @f(f32)`: expected a parameter like `%a: f32`, got 'f32'",
        ),
        (
            "`func.func @f(%a: u8)`",
            (
                "`func.func @f(%a: u8)`: 'u8' is no type that the target 'mlir' can pass: use i1, "
                "i8, i16, i32, i64, index, f32, f64, or a memref of these such as memref<4x?xf32>"
            ),
        ),
        (
            "`func.func @f(%a: memref<?xf32, strided<[2]>>)`",
            (
                "`func.func @f(%a: memref<?xf32, strided<[2]>>)`: 'memref<?xf32' "
                "is no type that the target 'mlir' can pass: use i1, i8, i16, i32, i64, index, "
                "f32, f64, or a memref of these such as memref<4x?xf32>"
            ),
        ),
        (
            "`func.func @f() -> memref<?xf32>`",
            (
                "`func.func @f() -> memref<?xf32>`: no memref can be returned; let the function "
                "fill one that it is given"
            ),
        ),
        (
            "`func.func @f(%a: f32) { return }`",
            (
                "`func.func @f(%a: f32) { return }`: write it like "
                "`func.func @larger(%a: f32, %b: f32) -> f32`"
            ),
        ),
        (
            "`func.func @f()` and `func.func @f() -> i1`",
            "`func.func @f() -> i1`: @f is declared before, in another way",
        ),
    ],
)
def test_what_cannot_be_declared_is_named(task: str, message: str) -> None:
    """The challenge is at fault."""
    with pytest.raises(UsageError, match=f"^{re.escape(message)}$"):
        parse_functions(task)
