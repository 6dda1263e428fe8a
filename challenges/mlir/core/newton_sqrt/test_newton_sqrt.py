"""Find a square root by Newton's iteration, in a limited number of steps.

`func.func @newton_sqrt(%x: f64, %most: i32) -> (f64, i32)` returns an approximation y of the root of x,
and the number of steps that led to it.

The first y is x if x is greater than 1, and else 1. From y follows the candidate (y + x / y) * 0.5,
computed in f64: the quotient, the sum and the product are each rounded. If the candidate is less than
y, and fewer than %most steps were taken, the candidate takes the place of y, which is one step more,
and so on with the new y. Otherwise y is the result, with the number of steps so far. If %most is not
positive, no step is taken. Results are compared exactly, bit by bit.

For x = +0 and x = -0 the result is x itself, after 0 steps; for x = infinity it is infinity, after 0
steps; for NaN and for x less than 0 it is NaN, after 0 steps. For example, newton_sqrt(4, 100) is
(2, 6), newton_sqrt(4, 2) is (2.05, 2), and newton_sqrt(1, 100) is (1, 0).
"""

import math
from collections.abc import Iterable

import numpy as np

from pytest_llmgen import Limits, MlirModule, Submission, challenge, compare

NAN, INF = math.nan, math.inf
EXAMPLES = {(4.0, 100): (2.0, 6), (4.0, 2): (2.05, 2), (1.0, 100): (1.0, 0)}
LIMITS = (-(2**31), -1, 0, 1, 2, 3, 4, 5, 6, 10, 1000, 2**31 - 1)


def expected(x: float, most: int) -> tuple[float, int]:
    """The iteration as the task has it, in Python's floats, which are f64."""
    if math.isnan(x) or x < 0:
        return NAN, 0
    if x == 0 or math.isinf(x):
        return x, 0
    y, steps = max(x, 1.0), 0
    while (candidate := (y + x / y) * 0.5) < y and steps < most:
        y, steps = candidate, steps + 1
    return y, steps


def check(module: MlirModule, numbers: Iterable[float], limits: Iterable[int] = LIMITS) -> None:
    """Compare the root and the steps exactly, for each number with each limit."""
    limits = list(limits)
    rows = [(x, most) for x in numbers for most in limits]
    for row, (root, steps) in zip(rows, module.call_rows("newton_sqrt", rows), strict=True):
        wanted, wanted_steps = expected(*row)
        compare(np.float64(root), np.float64(wanted), what=f"the root in newton_sqrt{row}")
        assert steps == wanted_steps, f"{steps} steps in newton_sqrt{row}, expected {wanted_steps}"


def try_out(module: MlirModule) -> str | None:
    """The examples of the task."""
    for row, wanted in EXAMPLES.items():
        if (got := module.call("newton_sqrt", *row)) != wanted:
            return f"newton_sqrt{row} = {got}, expected {wanted}"
    return None


pytestmark = challenge(target="mlir", tier="core", trial=try_out, limits=Limits(wall_s=2.0))


def test_without_limit(submission: Submission[MlirModule]) -> None:
    """All numbers from 1 to 100 until nothing changes, and the examples."""
    module = submission.build()
    assert try_out(module) is None
    check(module, map(float, range(1, 101)), [2**31 - 1])


def test_limited(submission: Submission[MlirModule]) -> None:
    """What there is after a few steps, and after none."""
    check(submission.build(), [1.0, 1.5, 2.0, 3.0, 10.0, 12345.678])


def test_less_than_one(submission: Submission[MlirModule], rng: np.random.Generator) -> None:
    """Numbers between 0 and 1, where the first y is 1."""
    check(submission.build(), [0.5, 0.25, 1e-3, 1 - 2**-53, *rng.random(size=20).tolist()])


def test_zeros(submission: Submission[MlirModule]) -> None:
    """Zero keeps its sign."""
    check(submission.build(), [0.0, -0.0])


def test_no_root(submission: Submission[MlirModule]) -> None:
    """NaN and negative numbers."""
    check(submission.build(), [NAN, -1.0, -4.0, -0.5, -5e-324, -1e308, -INF])


def test_extremes(submission: Submission[MlirModule]) -> None:
    """The largest and the smallest numbers, infinity, and the numbers beside 1."""
    largest, smallest = float(np.finfo("f8").max), float(np.finfo("f8").tiny)
    check(submission.build(), [INF, largest, 1e300, smallest, 5e-324, 1 + 2**-52, 1 - 2**-53])


def test_fresh(submission: Submission[MlirModule], rng: np.random.Generator) -> None:
    """Fresh numbers of all magnitudes: after a few steps the last bits show each rounding."""
    module = submission.build()
    check(module, (10.0 ** rng.uniform(-300, 300, size=30)).tolist())
    check(module, (10.0 ** rng.uniform(-3, 3, size=50)).tolist(), range(12))
