"""Export `clamp_f64: (f64, f64, f64) -> f64` with the parameters (x, low, high).

The result is low if x < low, high if x > high, and else x itself. A bound that is NaN does not limit:
only the other one applies. If x is NaN, the result is NaN. -0 and +0 are equal: x = -0 with low = +0
gives -0, and x = +0 with high = -0 gives +0, while a bound that is returned keeps the sign of its
zero. Bounds and x may be infinite. Unless one of them is NaN, low is not above high.
"""

import itertools
import math
from collections.abc import Sequence

import numpy as np

from pytest_llmgen import Submission, WasmModule, challenge, compare

pytestmark = challenge(target="wat", tier="scalar")

NAN, INF = math.nan, math.inf


def expected(x: float, low: float, high: float) -> float:
    """Comparisons with NaN are false, so that a NaN never replaces x."""
    if x < low:
        return low
    if x > high:
        return high
    return x


def check(module: WasmModule, rows: Sequence[tuple[float, float, float]]) -> None:
    """Compare with the reference: NaN where there is NaN, the same sign of zero."""
    allowed = [row for row in rows if not row[1] > row[2]]
    for row, got in zip(allowed, module.call_rows("clamp_f64", allowed), strict=True):
        compare(np.array([got]), np.array([expected(*row)]), what=f"clamp_f64{row}")


def test_numbers(submission: Submission[WasmModule]) -> None:
    """Below, at, between and above the bounds, and bounds that are equal."""
    values = [-3.0, -1.5, 0.25, 2.0, 1e9]
    check(submission.build(), list(itertools.product(values, values, values)))


def test_zeros(submission: Submission[WasmModule]) -> None:
    """A zero stays as it is between zeros, and a bound of zero is returned with its sign."""
    values = [-1.0, -0.0, 0.0, 1.0]
    check(submission.build(), list(itertools.product(values, values, values)))


def test_nan(submission: Submission[WasmModule]) -> None:
    """NaN as x, as one bound and as both."""
    values = [NAN, -2.0, -0.0, 0.0, 3.0]
    check(submission.build(), list(itertools.product(values, values, values)))


def test_extremes(submission: Submission[WasmModule]) -> None:
    """Infinities, the largest and the smallest numbers."""
    values = [-INF, -1.7976931348623157e308, -5e-324, 0.0, 5e-324, 1.7976931348623157e308, INF, NAN]
    check(submission.build(), list(itertools.product(values, values, values)))


def test_random_numbers(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """Fresh numbers with all 53 bits."""
    rows = []
    for x, low, width in rng.normal(size=(200, 3)):
        rows.append((float(x), float(low), float(low + abs(width))))
    check(submission.build(), rows)
