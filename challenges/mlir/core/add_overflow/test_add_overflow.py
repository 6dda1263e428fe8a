"""Add 32-bit integers and notice overflow.

`func.func @add_wrapping(%a: i32, %b: i32) -> (i32, i1)` returns the sum of a and b modulo 2^32, and
whether the true sum is outside the range of i32.

`func.func @add_saturating(%a: i32, %b: i32) -> i32` returns the sum of a and b if it is within the
range of i32, and else the end of the range that is nearer.

All integers are signed, from -2147483648 to 2147483647, and a and b may be any of them. For example,
add_wrapping(2147483647, 2) is (-2147483647, true), and add_saturating(2147483647, 2) is 2147483647.
"""

import itertools
from collections.abc import Sequence

import numpy as np

from pytest_llmgen import MlirModule, Submission, challenge

LOW, HIGH = -(2**31), 2**31 - 1
ENDS = [LOW, LOW + 1, LOW + 2, -(2**30) - 1, -(2**30), -2, -1, 0]
VALUES = [*ENDS, *(-1 - value for value in ENDS[:-2]), 1]
"""Around zero, the ends, and the halves of the ends."""


def try_out(module: MlirModule) -> str | None:
    """The examples of the task."""
    wrapped = module.call("add_wrapping", HIGH, 2)
    if wrapped != (-2147483647, True):
        return f"add_wrapping({HIGH}, 2) = {wrapped}, expected (-2147483647, True)"
    capped = module.call("add_saturating", HIGH, 2)
    return None if capped == HIGH else f"add_saturating({HIGH}, 2) = {capped}, expected {HIGH}"


pytestmark = challenge(target="mlir", tier="core", trial=try_out)


def check_wrapping(module: MlirModule, pairs: Sequence[tuple[int, int]]) -> None:
    """Compare with the integers of Python."""
    for (a, b), got in zip(pairs, module.call_rows("add_wrapping", pairs), strict=True):
        expected = ((a + b - LOW) % 2**32 + LOW, not LOW <= a + b <= HIGH)
        assert got == expected, f"add_wrapping({a}, {b}) = {got}, expected {expected}"


def check_saturating(module: MlirModule, pairs: Sequence[tuple[int, int]]) -> None:
    """Compare with the integers of Python."""
    for (a, b), got in zip(pairs, module.call_rows("add_saturating", pairs), strict=True):
        expected = min(max(a + b, LOW), HIGH)
        assert got == expected, f"add_saturating({a}, {b}) = {got}, expected {expected}"


def fresh_pairs(rng: np.random.Generator) -> list[tuple[int, int]]:
    """Pairs of the whole range, half of which overflow, and pairs within 2 of an end."""
    rows = rng.integers(LOW, HIGH, size=(200, 2), endpoint=True).tolist()
    pairs = [(a, b) for a, b in rows]
    for a, _ in pairs[:100]:
        end = HIGH if a > 0 else LOW
        pairs += [(a, b) for b in range(end - a - 2, end - a + 3) if LOW <= b <= HIGH]
    return pairs


def test_wrapping_sums(submission: Submission[MlirModule], rng: np.random.Generator) -> None:
    """Sums in all four combinations of signs that do not overflow, and the examples."""
    module = submission.build()
    assert try_out(module) is None
    rows = rng.integers(-(2**30), 2**30, size=(100, 2)).tolist()
    check_wrapping(module, [(a, b) for a, b in rows])


def test_wrapping_ends(submission: Submission[MlirModule]) -> None:
    """Sums around both ends of the range, and as far beyond them as can be."""
    check_wrapping(submission.build(), list(itertools.product(VALUES, VALUES)))


def test_wrapping_fresh(submission: Submission[MlirModule], rng: np.random.Generator) -> None:
    """Fresh sums, half of which overflow, and fresh sums at the ends."""
    check_wrapping(submission.build(), fresh_pairs(rng))


def test_saturating_ends(submission: Submission[MlirModule]) -> None:
    """Sums around both ends of the range, and as far beyond them as can be."""
    check_saturating(submission.build(), list(itertools.product(VALUES, VALUES)))


def test_saturating_fresh(submission: Submission[MlirModule], rng: np.random.Generator) -> None:
    """Fresh sums, half of which overflow, and fresh sums at the ends."""
    check_saturating(submission.build(), fresh_pairs(rng))
