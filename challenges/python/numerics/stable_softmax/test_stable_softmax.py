"""Two functions of the rows of an array, which lie along its last axis, for numbers of any magnitude.

`def logsumexp(x: numpy.ndarray) -> numpy.ndarray` returns log(sum(exp(x))) for each row, of shape
x.shape[:-1]; of an array of one dimension, a NumPy scalar or an array without dimensions.

`def softmax(x: numpy.ndarray) -> numpy.ndarray` returns exp(x) divided by the sum of exp(x) over the row,
of the shape of x.

x has 1 to 3 dimensions, of any size from 0, and dtype float32 or float64. Results have the dtype of x,
and x stays as it is. Elements are any floats; the results are as exact as the dtype allows, without
overflow on the way: the largest float as the only element of a row is its own logsumexp. Of a row

- with a NaN: logsumexp and all of softmax are NaN;
- with infinities but no NaN: logsumexp is infinity; softmax is 1/k at the k infinities, else 0;
- of nothing but -infinities, or without elements: logsumexp is -infinity; softmax is 0 everywhere.

In all other rows, -infinity has the softmax 0. For example, the row [1000, 1000] has the logsumexp
1000 + log(2) and the softmax [0.5, 0.5]. There may be a million rows.
"""

import math

import numpy as np
from numpy.typing import NDArray

from pytest_llmgen import Limits, PythonModule, Submission, challenge, compare, graded

pytestmark = challenge(target="python", tier="numerics", limits=Limits(wall_s=1.5))

Array = NDArray[np.floating]
DTYPES = ("float32", "float64")


def expected_row(row: list[float]) -> tuple[float, list[float]]:
    """Of one row: with Python's floats, and sums that do not round on the way."""
    if any(math.isnan(x) for x in row):
        return math.nan, [math.nan] * len(row)
    top = max(row, default=-math.inf)
    if math.isinf(top):
        shares = [float(x == top > 0) for x in row]
    else:
        shares = [math.exp(x - top) for x in row]
    total = math.fsum(shares)
    softmax = [share / total if total else 0.0 for share in shares]
    return top if math.isinf(top) else top + math.log(total), softmax


def expected(x: Array) -> tuple[Array, Array]:
    """The reference, on our side: row by row."""
    logs, shares = np.empty(x.shape[:-1], x.dtype), np.empty_like(x)
    for index in np.ndindex(*x.shape[:-1]):
        logs[index], shares[index] = expected_row(x[index].tolist())
    return logs, shares


def largest(x: Array) -> float:
    """The largest finite magnitude."""
    return float(np.max(np.abs(x), initial=0.0, where=np.isfinite(x)))


def check(module: PythonModule, x: Array, what: str) -> None:
    """Compare both functions, and x after each call."""
    logs, shares = expected(x)
    tolerance = 8 * float(np.finfo(x.dtype).eps)
    # log(sum) may cancel the largest element, whose rounding then counts
    cancelled = max(1.0, largest(x) / largest(logs)) if largest(logs) else 1.0
    got, (after,) = module.call_in_place("logsumexp", x)
    compare(got, logs, tolerance=tolerance * cancelled, what=f"logsumexp of {what}")
    compare(after, x, what=f"x after logsumexp of {what}")
    got, (after,) = module.call_in_place("softmax", x)
    compare(got, shares, tolerance=tolerance, what=f"softmax of {what}")
    compare(after, x, what=f"x after softmax of {what}")


def check_rows(module: PythonModule, rows: dict[str, list[float]]) -> None:
    """Check rows one by one, so that each has the scale of its own, in both dtypes."""
    for dtype in DTYPES:
        for what, row in rows.items():
            check(module, np.array(row, dtype), f"{what} in {dtype}: {row}")


def test_examples(submission: Submission[PythonModule]) -> None:
    """The examples of the task."""
    module = submission.build()
    row = np.array([1000.0, 1000.0])
    compare(
        module.call("logsumexp", row),
        np.float64(1000 + math.log(2)),
        tolerance=1e-15,
        what="logsumexp",
    )
    compare(module.call("softmax", row), np.array([0.5, 0.5]), what="softmax")
    for dtype in DTYPES:
        largest = np.array([np.finfo(dtype).max], dtype)
        compare(
            module.call("logsumexp", largest), largest[0], what="logsumexp of the largest float"
        )


def test_ordinary(submission: Submission[PythonModule], rng: np.random.Generator) -> None:
    """Fresh rows of every short length, of one, two and three dimensions."""
    module = submission.build()
    for dtype in DTYPES:
        for shape in (
            (1,),
            (2,),
            (17,),
            (1, 1),
            (3, 4),
            (4, 3),
            (3, 3),
            (5, 1),
            (3, 3, 3),
            (2, 3, 5),
            (1, 4, 2),
        ):
            x = rng.normal(scale=3.0, size=shape).astype(dtype)
            check(module, x, f"{dtype} of shape {shape}")


def test_huge(submission: Submission[PythonModule], rng: np.random.Generator) -> None:
    """Magnitudes at which exp overflows or vanishes, and differences that overflow themselves."""
    rows = {
        "exp overflows": [90.0, 89.0, 88.0],
        "exp overflows further": [1000.0, 999.0, 0.0],
        "exp vanishes": [-1000.0, -1001.0],
        "the larger one is negative": [-2000.0, -200.0, -201.0],
        "far apart": [-1e30, 0.0, 1.0],
        "large and equal": [1e30, 1e30, 1e30, -1e30],
        "the ends of float32": [3.4e38, -3.4e38, 3.4e38],
        "fresh": [float(1e4 + x) for x in rng.normal(size=9)],
        "fresh and negative": [float(x - 1e4) for x in rng.normal(size=9)],
    }
    module = submission.build()
    check_rows(module, rows)
    check(module, np.array([1.7e308, -1.7e308]), "the ends of float64")


def test_rows_apart(submission: Submission[PythonModule]) -> None:
    """Rows of one array whose magnitudes have nothing to do with each other."""
    x = np.array(
        [[0.0, 1.0, 2.0], [-800.0, -801.0, -802.0], [800.0, 700.0, 801.0], [5.0, 5.0, 5.0]]
    )
    module = submission.build()
    for dtype in DTYPES:
        rows = x.astype(dtype)
        logs, shares = module.call("logsumexp", rows), module.call("softmax", rows)
        assert np.shape(logs) == (4,), f"logsumexp of 4 rows has the shape {np.shape(logs)}"
        assert np.shape(shares) == (4, 3), f"softmax of 4 rows has the shape {np.shape(shares)}"
        for index, row in enumerate(rows):
            wanted_log, wanted = expected(row)
            tolerance = 8 * float(np.finfo(dtype).eps)
            compare(logs[index], wanted_log[()], tolerance=tolerance, what=f"logsumexp of {row}")
            compare(shares[index], wanted, tolerance=tolerance, what=f"softmax of {row}")


def test_special_values(submission: Submission[PythonModule]) -> None:
    """NaN and infinities in rows of their own."""
    inf, nan = math.inf, math.nan
    rows = {
        "nothing but -infinity": [-inf, -inf, -inf],
        "one -infinity": [-inf],
        "-infinity beside numbers": [-inf, 1.0, 2.0, -inf],
        "-infinity beside a huge number": [-inf, 1e30],
        "-infinity beside a negative number": [-inf, -5000.0],
        "one infinity": [1.0, inf, 2.0],
        "two infinities": [inf, 0.0, inf],
        "three infinities": [inf, inf, inf],
        "both infinities": [-inf, inf, 3.0],
        "NaN": [1.0, nan, 2.0],
        "NaN alone": [nan],
        "NaN and infinity": [nan, inf, 0.0],
        "NaN and -infinity": [-inf, nan, -inf],
    }
    check_rows(submission.build(), rows)


def test_special_rows_among_others(submission: Submission[PythonModule]) -> None:
    """Rows of all kinds in one array: no row changes another."""
    inf, nan = math.inf, math.nan
    kinds = [[1.0, 2.0], [-inf, -inf], [nan, 1.0], [inf, 1.0], [inf, inf], [-inf, 0.0], [3.0, 3.0]]
    module = submission.build()
    for dtype in DTYPES:
        check(module, np.array(kinds, dtype), f"rows of all kinds in {dtype}")
        check(module, np.array([kinds, kinds[::-1]], dtype), f"two blocks of rows in {dtype}")


def test_empty(submission: Submission[PythonModule]) -> None:
    """Rows without elements, and no rows."""
    module = submission.build()
    for dtype in DTYPES:
        for shape in ((0,), (1, 0), (3, 0), (0, 3), (0, 0), (2, 3, 0), (2, 0, 3), (0, 2, 3)):
            check(module, np.zeros(shape, dtype), f"{dtype} of shape {shape}")
        check(module, np.array([[2.0], [-3.0]], dtype), f"rows of one element in {dtype}")


def test_exactness(submission: Submission[PythonModule], rng: np.random.Generator) -> None:
    """Small shares beside large ones, and many equal ones, whose sum must not lose them."""
    module = submission.build()
    for dtype in DTYPES:
        n = 100_000
        x = np.full(n, -7.0, dtype)
        logs, shares = module.call("logsumexp", x), module.call("softmax", x)
        wanted = np.dtype(dtype).type(math.log(n) - 7)
        tolerance = 16 * float(np.finfo(dtype).eps)
        compare(logs, wanted, tolerance=tolerance, what=f"logsumexp of {n} times -7 in {dtype}")
        compare(shares, np.full(n, 1 / n, dtype), tolerance=tolerance, what=f"softmax in {dtype}")
        small = np.array([0.0, float(rng.uniform(-70, -60))], dtype)
        share = module.call("softmax", small)
        compare(share, expected(small)[1], tolerance=tolerance, what=f"softmax of {small}")
        compare(share[1:], expected(small)[1][1:], tolerance=tolerance, what=f"share of {small[1]}")


@graded
def test_many_rows(submission: Submission[PythonModule], rng: np.random.Generator) -> None:
    """Whole arrays at a time, not row by row."""
    module = submission.build()
    x = rng.normal(size=(1_000_000, 3)).astype("float32")
    raised = np.exp(x.astype("float64"))
    shares = (raised / raised.sum(axis=-1, keepdims=True)).astype("float32")
    logs = np.log(raised.sum(axis=-1)).astype("float32")
    compare(module.call("softmax", x), shares, tolerance=1e-6, what="softmax of a million rows")
    compare(module.call("logsumexp", x), logs, tolerance=1e-6, what="logsumexp of a million rows")
