"""Write `def moving_sums(x: numpy.ndarray, size: int, out: numpy.ndarray) -> None`.

It writes the sum of x[i], x[i + 1], ..., x[i + size - 1] into out[i], for each i from 0 to n - size,
where n is the length of x, and returns None. x and out are arrays of float64 of one dimension. out has
n - size + 1 elements, or none if size is greater than n; what it holds before means nothing. `size` is
at least 1, and may be greater than n. n may be 0. x stays as it is.

Each sum is as exact as if only its own elements had been added, in any order: it is off by at most
size * 2.3e-16 times the sum of their magnitudes. An element outside has no part in it, however large it
is, be it NaN or an infinity. Of elements with a NaN, or with infinities of both signs, the sum is NaN;
with infinities of one sign, it is that infinity. No sum of finite magnitudes overflows. Whether a sum of
zero is 0.0 or -0.0 does not matter.

For example, with x = [1, 2, 1e30, 3, 4] and size = 2, out is [3, 1e30, 1e30, 7]. n is up to 1,000,000,
and the time hardly depends on `size`, which may be in the ten thousands.
"""

import math

import numpy as np
from numpy.typing import NDArray

from pytest_llmgen import Limits, PythonModule, Submission, challenge, compare, graded

pytestmark = challenge(target="python", tier="numerics", limits=Limits(wall_s=1.5))

Array = NDArray[np.float64]


def expected(window: list[float]) -> float:
    """The exact sum of a few elements, rounded once."""
    special = [x for x in window if not math.isfinite(x)]
    return sum(special) if special else math.fsum(window)


def moving_sums(module: PythonModule, x: Array, size: int) -> Array:
    """What stands in `out` after the call; the rest is as it was."""
    out = np.full(max(0, x.size - size + 1), 77.0)
    out[1::2] = np.nan
    what = f"moving_sums of {x.size} elements, size {size}"
    result, (x_after, _, got) = module.call_in_place("moving_sums", x, size, out)
    assert result is None, f"{what}: it returned {type(result).__name__}, expected None"
    compare(x_after, x, what=f"x after {what}")
    assert got.shape == out.shape
    return np.asarray(got)


def check(module: PythonModule, x: Array, size: int) -> None:
    """Compare each sum, with the error that its own elements allow."""
    got = moving_sums(module, x, size)
    for i, found in enumerate(got.tolist()):
        window = x[i : i + size].tolist()
        wanted = expected(window)
        what = f"out[{i}] of {x.size} elements, size {size}: {found}, expected {wanted}"
        if math.isfinite(wanted):
            allowed = size * 2.3e-16 * math.fsum(map(abs, window))
            assert abs(found - wanted) <= allowed, f"{what}; off by more than {allowed:.3g}"
        else:
            assert found == wanted or (math.isnan(found) and math.isnan(wanted)), what


def test_example(submission: Submission[PythonModule]) -> None:
    """The example of the task."""
    got = moving_sums(submission.build(), np.array([1, 2, 1e30, 3, 4]), 2)
    compare(got, np.array([3, 1e30, 1e30, 7]), what="the example")


def test_every_size(submission: Submission[PythonModule], rng: np.random.Generator) -> None:
    """All short lengths, and all sizes up to more than the length."""
    module = submission.build()
    for n in range(12):
        x = rng.normal(size=n)
        for size in range(1, n + 3):
            check(module, x, size)


def test_integers(submission: Submission[PythonModule], rng: np.random.Generator) -> None:
    """Whole numbers, whose sums are exact, at the ends of what floats hold; and zeros."""
    module = submission.build()
    for n, size in ((1, 1), (31, 8), (64, 16), (65, 16), (100, 33), (101, 100), (101, 101)):
        top = 2**53 // size
        x = rng.integers(-top, top, size=n).astype(float)
        wanted = [math.fsum(x[i : i + size]) for i in range(n - size + 1)]
        compare(
            moving_sums(module, x, size), np.array(wanted), signed_zeros=False, what=f"{n}, {size}"
        )
    compare(moving_sums(module, np.zeros(9), 4), np.zeros(6), signed_zeros=False, what="zeros")


def test_huge_elements(submission: Submission[PythonModule], rng: np.random.Generator) -> None:
    """Tiny elements next to huge ones, which leave no trace once they are outside."""
    module = submission.build()
    for size in (1, 2, 5, 16, 17):
        x = rng.normal(size=90) * 1e-9
        x[rng.integers(0, 90, size=4)] = (1e18, -1e18, 1e300, 1e9)
        check(module, x, size)
        check(module, np.sort(x)[::-1].copy(), size)


def test_special_values(submission: Submission[PythonModule], rng: np.random.Generator) -> None:
    """NaN and infinities reach only the sums that they belong to."""
    module = submission.build()
    for size in (1, 3, 8, 13):
        x = rng.normal(size=80)
        x[[0, 20, 40, 44, 60, 79]] = (np.nan, np.inf, -np.inf, np.inf, np.nan, -np.inf)
        check(module, x, size)


def test_drift(submission: Submission[PythonModule], rng: np.random.Generator) -> None:
    """Magnitudes that fall over fifteen decades: an error of the first sums would stay to the last."""
    module = submission.build()
    x = rng.random(2000) * np.logspace(12, -3, 2000)
    for size in (3, 64, 100):
        check(module, x, size)


def test_new_arrays(submission: Submission[PythonModule], rng: np.random.Generator) -> None:
    """Calls of one process have nothing to do with each other."""
    module = submission.build()
    for n, size in ((9, 3), (9, 3), (5, 3), (0, 1), (12, 5), (9, 3)):
        check(module, rng.normal(size=n), size)


@graded
def test_long_sums(submission: Submission[PythonModule], rng: np.random.Generator) -> None:
    """Sums of ten thousands of elements, not added anew for each."""
    module = submission.build()
    for n, size in ((1_000_000, 30_000), (1_000_000, 32_768)):
        x = rng.integers(-(2**30), 2**30, size=n).astype(float)
        total = np.concatenate([[0], np.cumsum(x.astype(np.int64))])
        compare(
            moving_sums(module, x, size),
            (total[size:] - total[:-size]).astype(float),
            signed_zeros=False,
            what=f"{n} elements, size {size}",
        )
