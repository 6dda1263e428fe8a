"""Divide integers and round down.

`func.func @floor_divide(%a: i32, %b: i32) -> (i32, i32)` returns the quotient of a and b, rounded
towards minus infinity, and the remainder a - quotient * b, which is zero or has the sign of b.

All integers are signed. If b is 0, the quotient is 0 and the remainder is a. The one quotient that
does not fit, of -2147483648 and -1, is -2147483648, with the remainder 0. For example,
floor_divide(-7, 2) is (-4, 1), and floor_divide(7, -2) is (-4, -1).
"""

import itertools
from collections.abc import Sequence

import numpy as np

from pytest_llmgen import MlirModule, Submission, challenge

LOW, HIGH = -(2**31), 2**31 - 1


def try_out(module: MlirModule) -> str | None:
    """The examples of the task."""
    for pair, wanted in (((-7, 2), (-4, 1)), ((7, -2), (-4, -1))):
        if (got := module.call("floor_divide", *pair)) != wanted:
            return f"floor_divide{pair} = {got}, expected {wanted}"
    return None


pytestmark = challenge(target="mlir", tier="core", trial=try_out)


def expected(a: int, b: int) -> tuple[int, int]:
    """Division in Python rounds down too."""
    if b == 0:
        return 0, a
    quotient, remainder = divmod(a, b)
    return (quotient if quotient <= HIGH else LOW), remainder


def check(module: MlirModule, pairs: Sequence[tuple[int, int]]) -> None:
    """Compare both results."""
    for (a, b), got in zip(pairs, module.call_rows("floor_divide", pairs), strict=True):
        wanted = expected(a, b)
        assert got == wanted, f"floor_divide({a}, {b}) = {got}, expected {wanted}"


def test_same_signs(submission: Submission[MlirModule]) -> None:
    """Small numbers of one sign, divisible and not."""
    pairs = list(itertools.product(range(25), range(1, 9)))
    check(submission.build(), [*pairs, *((-a, -b) for a, b in pairs)])


def test_opposite_signs(submission: Submission[MlirModule]) -> None:
    """Small numbers of opposite signs, divisible and not; and the examples."""
    module = submission.build()
    assert try_out(module) is None
    pairs = list(itertools.product(range(25), range(1, 9)))
    check(module, [*((-a, b) for a, b in pairs), *((a, -b) for a, b in pairs)])


def test_zero_divisor(submission: Submission[MlirModule]) -> None:
    """Nothing is divided by 0."""
    check(submission.build(), [(a, 0) for a in (LOW, LOW + 1, -7, -1, 0, 1, 7, HIGH)])


def test_ends(submission: Submission[MlirModule]) -> None:
    """The ends of the range and what is near them, among them the quotient that does not fit."""
    values = [LOW, LOW + 1, LOW // 2, -65536, -3, -2, -1, 1, 2, 3, 65536, HIGH // 2, HIGH - 1, HIGH]
    check(submission.build(), list(itertools.product([*values, 0], values)))


def test_fresh(submission: Submission[MlirModule], rng: np.random.Generator) -> None:
    """Fresh numbers of all magnitudes, and fresh multiples."""
    wide = rng.integers(LOW, HIGH, size=(200, 2), endpoint=True)
    narrow = wide >> rng.integers(0, 31, size=wide.shape)
    products = [(a * b, b) for a, b in (wide >> 16).tolist()]
    pairs = [(a, b) for a, b in [*wide.tolist(), *narrow.tolist(), *products]]
    check(submission.build(), pairs)
