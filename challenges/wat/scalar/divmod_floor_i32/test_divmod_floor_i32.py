"""Export `divmod_floor_i32: (i32, i32) -> (i32, i32)`, floor division of signed 32-bit integers.

The parameters are a and b. The two results are, in this order, the quotient a / b rounded down
(towards minus infinity) and the remainder a - b * quotient, which therefore is 0 or has the sign of
b: -7 and 2 give -4 and 1, 7 and -2 give -4 and -1. If b is 0, the results are 0 and a. If a is
-2147483648 and b is -1, the quotient wraps around: the results are -2147483648 and 0.
"""

import itertools
from collections.abc import Sequence

import numpy as np

from pytest_llmgen import Submission, WasmModule, challenge

pytestmark = challenge(target="wat", tier="scalar")

LOW, HIGH = -(2**31), 2**31 - 1


def expected(a: int, b: int) -> tuple[int, int]:
    """Quotient and remainder as the task defines them."""
    if b == 0:
        return 0, a
    return (LOW, 0) if (a, b) == (LOW, -1) else divmod(a, b)


def check(module: WasmModule, pairs: Sequence[tuple[int, int]]) -> None:
    """Compare with floor division."""
    for (a, b), got in zip(pairs, module.call_rows("divmod_floor_i32", pairs), strict=True):
        wanted = expected(a, b)
        assert got == wanted, f"divmod_floor_i32({a}, {b}) = {got}, expected {wanted}"


def test_small_values(submission: Submission[WasmModule]) -> None:
    """All signs, exact and inexact, with the examples of the task."""
    module = submission.build()
    assert module.call_rows("divmod_floor_i32", [(-7, 2), (7, -2)]) == [(-4, 1), (-4, -1)]
    nonzero = [b for b in range(-9, 10) if b]
    check(module, list(itertools.product(range(-20, 21), nonzero)))


def test_zero_divisor(submission: Submission[WasmModule]) -> None:
    """A divisor of 0 gives 0 and the dividend."""
    check(submission.build(), [(a, 0) for a in (0, 1, -1, 5, -5, LOW, HIGH)])


def test_extremes(submission: Submission[WasmModule]) -> None:
    """Both ends of the range, and the one quotient that does not fit."""
    values = [LOW, LOW + 1, LOW // 2, -3, -2, -1, 0, 1, 2, 3, HIGH // 2, HIGH - 1, HIGH]
    check(submission.build(), list(itertools.product(values, values)))


def test_random_pairs(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """Fresh dividends over the whole range, and divisors of all sizes."""
    dividends = rng.integers(LOW, HIGH, size=200, endpoint=True)
    divisors = rng.integers(LOW, HIGH, size=200, endpoint=True) >> rng.integers(0, 28, size=200)
    check(submission.build(), [(int(a), int(b)) for a, b in zip(dividends, divisors, strict=True)])
