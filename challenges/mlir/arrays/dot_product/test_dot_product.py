"""Add up products of floats without losing the small ones.

`func.func @dot(%a: memref<?xf32>, %b: memref<?xf32>) -> f32` returns the sum of a[i] * b[i] over all
i that are within both arrays: where one array is longer, the rest of it does not count.

Elements are converted to f64, multiplied and added in f64, in whatever order, and the sum is rounded
to f32 at the end; the checks use elements for which the order makes no difference. Infinities and NaN
come out as f64 arithmetic has them. Without elements the sum is 0. The sizes are from 0 to 10000 and
need not be equal. a and b stay as they are. For example, the result for [1, 2, 3] and [4, 5] is 14.
"""

import numpy as np
from numpy.typing import NDArray

from pytest_llmgen import MlirModule, Submission, challenge, compare

Floats = NDArray[np.float32]

SIZES = (0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 100)


def expected(a: Floats, b: Floats) -> np.float32:
    """The sum in f64, rounded once."""
    n = min(a.size, b.size)
    with np.errstate(all="ignore"):
        return np.float32(np.sum(a[:n].astype("f8") * b[:n]))


def check(module: MlirModule, a: Floats, b: Floats, what: str = "") -> None:
    """Compare the result, and both arrays with what they were."""
    what = what or f"{a.size} and {b.size} elements"
    got, a_after, b_after = module.call("dot", a, b)
    compare(np.float32(got), expected(a, b), signed_zeros=False, what=f"the result for {what}")
    compare(a_after, a, what=f"a after the call with {what}")
    compare(b_after, b, what=f"b after the call with {what}")


def try_out(module: MlirModule) -> str | None:
    """The example of the task."""
    got = module.call("dot", np.array([1, 2, 3], "f4"), np.array([4, 5], "f4"))[0]
    return None if got == 14 else f"dot([1, 2, 3], [4, 5]) = {got}, expected 14"


pytestmark = challenge(target="mlir", tier="arrays", trial=try_out)


def small(rng: np.random.Generator, n: int) -> Floats:
    """Fresh multiples of 1/256: sums of up to 10000 of their products are exact in f64."""
    return (rng.integers(-(2**15), 2**15, size=n) / 256).astype("f4")


def test_every_size(submission: Submission[MlirModule], rng: np.random.Generator) -> None:
    """Short arrays of equal size."""
    module = submission.build()
    for n in SIZES:
        check(module, small(rng, n), small(rng, n))


def test_different_sizes(submission: Submission[MlirModule], rng: np.random.Generator) -> None:
    """One array is longer than the other, or has no elements; and the example."""
    module = submission.build()
    assert try_out(module) is None
    for n, m in ((0, 1), (0, 5), (1, 2), (2, 3), (3, 7), (7, 8), (8, 33), (31, 32), (5, 2000)):
        check(module, small(rng, n), small(rng, m))
        check(module, small(rng, m), small(rng, n))


def test_sums_beyond_f32(submission: Submission[MlirModule]) -> None:
    """Large partial sums that cancel, and ones that f32 no longer increases."""
    module = submission.build()
    cancels = np.array([2**20, 1, -(2**20), 2**-5], "f4")
    check(module, cancels, np.array([2**20, 1, 2**20, 1], "f4"), "products of 2^40 that cancel")
    left, right = [2**75, 2**50, -(2**75)], [2**75, 2**50, 2**75]
    check(module, np.array(left, "f4"), np.array(right, "f4"), "products of 2^150 that cancel")
    grows = np.ones(4097, "f4")
    grows[0] = 2**25
    check(module, grows, np.ones(4097, "f4"), "2^25 and 4096 times 1")


def test_products_beyond_f32(submission: Submission[MlirModule]) -> None:
    """Products with more bits than f32 has, whose upper halves cancel."""
    a = np.array([2**12 + 1, -(2**12), 2**13 + 3], "f4")
    b = np.array([2**12 + 1, 2**12 + 2, 0], "f4")
    module = submission.build()
    check(module, a, b, "squares of 13 bits")
    check(module, a[::-1].copy(), b[::-1].copy(), "squares of 13 bits, backwards")


def test_special_values(submission: Submission[MlirModule]) -> None:
    """Infinities, NaN, and a sum that is beyond f32 only at the end."""
    module = submission.build()
    ones = np.ones(5, "f4")
    for special in (np.inf, -np.inf, np.nan, 3e38):
        for place in (0, 4):
            a = np.array([1, 2, 3, 4, 5], "f4")
            a[place] = special
            check(module, a, ones, f"{special} at {place}")
            check(module, ones, a, f"{special} at {place} of b")
            check(module, a, a, f"the square of {special} at {place}")
    check(module, np.array([np.inf, 1, -np.inf], "f4"), ones[:3], "both infinities")
    check(module, np.array([np.inf, 1], "f4"), np.array([0, 1], "f4"), "infinity by 0")
    check(module, np.full(2, 3e38, "f4"), ones[:2], "a sum that overflows")


def test_large(submission: Submission[MlirModule], rng: np.random.Generator) -> None:
    """The largest sizes."""
    module = submission.build()
    check(module, small(rng, 10_000), small(rng, 9_999))
    check(module, abs(small(rng, 10_000)), abs(small(rng, 10_000)))
