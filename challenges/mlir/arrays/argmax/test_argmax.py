"""Find the place of the largest number of an array.

`func.func @argmax(%values: memref<?xf32>) -> i64` returns the index, from 0, of the largest element.

If several elements are equal to the largest, the result is the smallest of their indices; -0 and +0
are equal. NaN is not a number and never the largest: it is passed over, wherever it stands. -infinity
and infinity are numbers like others. If there is no element, or none that is not NaN, the result is
-1. The size is from 0 to 10000; values stays as it is. For example, [NaN, 3, 7, 7] gives 2.
"""

import itertools
import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from pytest_llmgen import MlirModule, Submission, challenge, compare

Floats = NDArray[np.floating]

NAN, INF = math.nan, math.inf


def expected(values: Floats) -> int:
    """Python's own maximum is the first of equal ones."""
    places = [i for i, value in enumerate(values.tolist()) if not math.isnan(value)]
    return max(places, key=lambda i: float(values[i]), default=-1)


def check(module: MlirModule, values: Sequence[float] | Floats) -> None:
    """Compare the index, and the values with what they were."""
    given = np.array(values, "f4")
    got, after = module.call("argmax", given)
    wanted = expected(given)
    what = str(given.tolist()) if given.size < 12 else f"{given.size} elements"
    assert got == wanted, f"argmax of {what} is {got}, expected {wanted}"
    compare(after, given, what=f"the values after the call with {what}")


def try_out(module: MlirModule) -> str | None:
    """The example of the task."""
    got = module.call("argmax", np.array([NAN, 3, 7, 7], "f4"))[0]
    return None if got == 2 else f"argmax of [NaN, 3, 7, 7] is {got}, expected 2"


pytestmark = challenge(target="mlir", tier="arrays", trial=try_out)


def test_every_place(submission: Submission[MlirModule]) -> None:
    """The largest at each place of arrays of up to 9 elements, and of 33."""
    module = submission.build()
    for n in (*range(1, 10), 33):
        for place in range(n):
            values = np.arange(n, dtype="f4")
            values[place] = 100
            check(module, values)


def test_empty(submission: Submission[MlirModule]) -> None:
    """Nothing to find."""
    check(submission.build(), [])


def test_ties(submission: Submission[MlirModule]) -> None:
    """Several largest elements, zeros of both signs among them, and the example."""
    module = submission.build()
    assert try_out(module) is None
    for row in itertools.product((1.0, 2.0), repeat=4):
        check(module, row)
    for row in itertools.product((0.0, -0.0, -1.0), repeat=3):
        check(module, row)


def test_negative(submission: Submission[MlirModule], rng: np.random.Generator) -> None:
    """No element above zero, and magnitudes in the opposite order."""
    module = submission.build()
    for n in (1, 2, 3, 8, 17):
        check(module, -1 - abs(rng.normal(size=n)))
    check(module, [-3e38, -1e-45, -2.0])
    check(module, [-1.0, -3.4028235e38])


def test_infinities(submission: Submission[MlirModule]) -> None:
    """Infinity is the largest, -infinity may be."""
    module = submission.build()
    pairs = itertools.product((-INF, INF, -3.4028235e38, 3.4028235e38), repeat=2)
    for row in ([-INF], [NAN, -INF], [-INF, NAN], [INF], [1.0, INF, INF], *map(list, pairs)):
        check(module, row)


def test_nan(submission: Submission[MlirModule]) -> None:
    """NaN first, last, between and throughout."""
    module = submission.build()
    for n in range(1, 5):
        for row in itertools.product((NAN, -2.0, 0.0, 5.0), repeat=n):
            check(module, row)


def test_fresh(submission: Submission[MlirModule], rng: np.random.Generator) -> None:
    """Fresh numbers of various sizes, with ties and with NaN."""
    module = submission.build()
    for n in (7, 31, 32, 33, 257, 9_999, 10_000):
        check(module, rng.normal(size=n))
        values = rng.integers(-9, 10, size=n).astype("f4")
        values[rng.random(size=n) < 0.2] = np.nan
        check(module, values)
