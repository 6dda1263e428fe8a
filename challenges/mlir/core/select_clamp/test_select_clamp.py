"""Limit a number to a range.

`func.func @clamp(%x: f32, %low: f32, %high: f32) -> f32` returns low if x is less than low, high if x
is greater than high, and x itself in all other cases.

A bound that is NaN does not limit: then only the other one counts. If x is NaN, the result is NaN,
whatever the bounds are. -0 and +0 are equal, so that x = -0 between low = +0 and high = 1 stays -0; a
bound that is returned keeps the sign of its zero. x and the bounds may be infinite; low is never
greater than high. For example, clamp(7, -1, 2.5) is 2.5, and clamp(-3, NaN, 2.5) is -3.
"""

import itertools
import math
from collections.abc import Sequence

import numpy as np

from pytest_llmgen import MlirModule, Submission, challenge, compare

Row = tuple[float, float, float]

NAN, INF = math.nan, math.inf


def expected(x: float, low: float, high: float) -> float:
    """Comparisons with NaN are false, in `min` too, so that a NaN never replaces x."""
    if x < low:
        return low
    return min(x, high)


def check(module: MlirModule, rows: Sequence[Row]) -> None:
    """Compare with the reference: NaN where there is NaN, the same sign of zero."""
    allowed = [row for row in rows if not row[1] > row[2]]
    for row, got in zip(allowed, module.call_rows("clamp", allowed), strict=True):
        compare(np.float32(got), np.float32(expected(*row)), what=f"clamp{row}")


def try_out(module: MlirModule) -> str | None:
    """The examples of the task."""
    for row, wanted in (((7.0, -1.0, 2.5), 2.5), ((-3.0, NAN, 2.5), -3.0)):
        if (got := module.call("clamp", *row)) != wanted:
            return f"clamp{row} = {got}, expected {wanted}"
    return None


pytestmark = challenge(target="mlir", tier="core", trial=try_out)


def test_numbers(submission: Submission[MlirModule]) -> None:
    """Below, at, between and above the bounds, bounds that are equal, and the examples."""
    module = submission.build()
    assert try_out(module) is None
    values = [-1e9, -3.0, -1.5, 0.25, 2.0, 1e9]
    check(module, list(itertools.product(values, values, values)))


def test_zeros(submission: Submission[MlirModule]) -> None:
    """A zero stays as it is between zeros, and a bound of zero is returned with its sign."""
    values = [-1.0, -0.0, 0.0, 1.0]
    check(submission.build(), list(itertools.product(values, values, values)))


def test_nan_bounds(submission: Submission[MlirModule]) -> None:
    """NaN as one bound and as both, with numbers and zeros as x."""
    bounds = [NAN, -2.0, -0.0, 0.0, 3.0]
    numbers = [-INF, -5.0, -0.0, 0.0, 1.0, 5.0, INF]
    check(submission.build(), list(itertools.product(numbers, bounds, bounds)))


def test_nan_x(submission: Submission[MlirModule]) -> None:
    """NaN as x, between and beside bounds of all kinds."""
    bounds = [NAN, -INF, -2.0, -0.0, 0.0, 3.0, INF]
    check(submission.build(), list(itertools.product([NAN], bounds, bounds)))


def test_extremes(submission: Submission[MlirModule]) -> None:
    """Infinities, the largest f32 and the smallest."""
    largest, smallest = float(np.finfo("f4").max), float(np.finfo("f4").smallest_subnormal)
    values = [-INF, -largest, -smallest, 0.0, smallest, largest, INF, NAN]
    check(submission.build(), list(itertools.product(values, values, values)))


def test_fresh(submission: Submission[MlirModule], rng: np.random.Generator) -> None:
    """Fresh numbers with all bits of an f32."""
    x, low, width = rng.normal(size=(3, 300)).astype("f4")
    rows = zip(x.tolist(), low.tolist(), (low + abs(width)).tolist(), strict=True)
    check(submission.build(), list(rows))
