"""Add three numbers that are given by their logarithms.

`func.func @log_sum_exp(%x: f64, %y: f64, %z: f64) -> f64` returns the natural logarithm of
exp(x) + exp(y) + exp(z), for numbers of any magnitude: x, y and z may be so large or so small that
their exponentials are not in the range of f64.

The error may be up to 1e-13, or 1e-13 times the magnitude of the result where that is greater. If one
of the numbers is NaN, the result is NaN. Else, if one of them is infinity, it is infinity. -infinity
is the logarithm of 0: beside other numbers it adds nothing, and if all three are -infinity, the result
is -infinity. For example, log_sum_exp(1000, 1000, -infinity) is 1000.6931471805599.
"""

import decimal
import itertools
import math
from collections.abc import Sequence

import numpy as np

from pytest_llmgen import MlirModule, Submission, challenge

Row = tuple[float, float, float]

NAN, INF = math.nan, math.inf


def try_out(module: MlirModule) -> str | None:
    """The example of the task."""
    got = module.call("log_sum_exp", 1000.0, 1000.0, -INF)
    wanted = 1000.6931471805599
    if near(got, wanted):
        return None
    return f"log_sum_exp(1000, 1000, -inf) = {got}, expected {wanted}"


def near(got: float, wanted: float) -> bool:
    """Whether a result is as exact as the task demands."""
    return abs(got - wanted) <= 1e-13 * max(1.0, abs(wanted))


pytestmark = challenge(target="mlir", tier="core", trial=try_out)


def expected(row: Row) -> float:
    """The formula itself, in decimal numbers that neither overflow nor vanish."""
    context = decimal.Context(prec=40, Emax=decimal.MAX_EMAX, Emin=decimal.MIN_EMIN)
    total = sum((context.exp(decimal.Decimal(x)) for x in row), start=decimal.Decimal(0))
    return float(context.ln(total))


def check(module: MlirModule, rows: Sequence[Row]) -> None:
    """Compare finite results."""
    for row in rows:
        wanted = expected(row)
        orders = list(itertools.permutations(row))
        for order, got in zip(orders, module.call_rows("log_sum_exp", orders), strict=True):
            assert near(got, wanted), f"log_sum_exp{order} = {got}, expected {wanted}"


def check_known(module: MlirModule, rows: dict[Row, float]) -> None:
    """Compare with results that are known, infinite ones and NaN among them."""
    for row, wanted in rows.items():
        orders = list(itertools.permutations(row))
        for order, got in zip(orders, module.call_rows("log_sum_exp", orders), strict=True):
            finite = math.isfinite(got) and math.isfinite(wanted)
            same = near(got, wanted) if finite else str(got) == str(wanted)
            assert same, f"log_sum_exp{order} = {got}, expected {wanted}"


def fresh(rng: np.random.Generator, middle: float, width: float) -> list[Row]:
    """Three numbers around one magnitude."""
    return [(x, y, z) for x, y, z in (middle + width * rng.normal(size=(20, 3))).tolist()]


def test_ordinary(submission: Submission[MlirModule], rng: np.random.Generator) -> None:
    """Small numbers of both signs, equal ones, sums near 1, and the example."""
    module = submission.build()
    assert try_out(module) is None
    third = -math.log(3)
    rows = [(0.0, 0.0, 0.0), (1.0, 2.0, 3.0), (third, third, third), (-1.0, -1.0, 5.0)]
    check(module, [*rows, *fresh(rng, 0.0, 1.0), *fresh(rng, 0.0, 10.0)])


def test_large(submission: Submission[MlirModule], rng: np.random.Generator) -> None:
    """Exponentials that overflow, in all three numbers, or in one of them."""
    rows = [(709.0, 709.0, 709.5), (710.0, 0.0, -5.0), (1e5, 1e5, 1e5), (800.0, 799.0, -800.0)]
    check(submission.build(), [*rows, *fresh(rng, 1000.0, 2.0), *fresh(rng, 5000.0, 500.0)])


def test_small(submission: Submission[MlirModule], rng: np.random.Generator) -> None:
    """Exponentials that vanish, in all three numbers, or in two of them."""
    rows = [(-746.0, -746.0, -750.0), (-1e5, -1e5, -1e5), (-800.0, -801.0, -1e4), (0.5, -1e3, -1e4)]
    check(submission.build(), [*rows, *fresh(rng, -1000.0, 2.0), *fresh(rng, -5000.0, 500.0)])


def test_far_apart(submission: Submission[MlirModule]) -> None:
    """Numbers whose differences are huge, or overflow themselves: the largest is the result."""
    top = 1.7e308
    rows = [(1e300, 0.0, -1e300), (top, -top, -top), (-top, -top / 2, -top / 4), (1e30, -5.0, 2.0)]
    check_known(submission.build(), {row: max(row) for row in rows})


def test_zero_terms(submission: Submission[MlirModule], rng: np.random.Generator) -> None:
    """-infinity once, twice and three times."""
    module = submission.build()
    check(module, [(x, y, -INF) for x, y, _ in [*fresh(rng, 0.0, 3.0), *fresh(rng, 900.0, 3.0)]])
    alone = [0.0, -0.5, 3.25, 1000.0, -1000.0, 1.7e308, -1.7e308]
    check_known(module, {(x, -INF, -INF): x for x in alone} | {(-INF, -INF, -INF): -INF})


def test_infinity(submission: Submission[MlirModule]) -> None:
    """Infinity once, twice and three times, beside numbers and -infinity."""
    others = [(0.0, 1.0), (1e308, -1e308), (-INF, 0.0), (-INF, -INF), (INF, 5.0), (INF, -INF)]
    rows = [(INF, x, y) for x, y in [*others, (INF, INF)]]
    check_known(submission.build(), dict.fromkeys(rows, INF))


def test_nan(submission: Submission[MlirModule]) -> None:
    """NaN beside anything, infinity and -infinity among it."""
    rows = list(itertools.product([NAN], [0.0, 5.0, INF, -INF, NAN], [-3.0, INF, -INF, NAN]))
    check_known(submission.build(), dict.fromkeys(rows, NAN))
