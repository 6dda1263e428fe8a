"""Evaluate a polynomial of third degree and its derivative, with every rounding as stated.

`func.func @cubic(%x: f32, %a: f32, %b: f32, %c: f32, %d: f32) -> (f32, f32)` returns
((a * x + b) * x + c) * x + d, and then ((3 * a) * x + 2 * b) * x + c.

Each product and each sum is rounded to f32 before it is used in the next operation, and operations
are done as the brackets demand, products before sums. Results are compared exactly, bit by bit, but
for the sign of a zero. Parameters may be any f32: overflow, infinities and NaN are as f32 arithmetic
has them. For example, cubic(2, 1, -1, 0.5, 3) is (8, 8.5).
"""

import itertools
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from pytest_llmgen import MlirModule, Submission, challenge, compare

Floats = NDArray[np.float32]

EXAMPLE = (2.0, 1.0, -1.0, 0.5, 3.0)


def expected(rows: Floats) -> Floats:
    """Both results of each row: NumPy rounds each product and sum to f32."""
    x, a, b, c, d = rows.T
    with np.errstate(all="ignore"):
        value = ((a * x + b) * x + c) * x + d
        slope = ((np.float32(3) * a) * x + np.float32(2) * b) * x + c
    return np.stack([value, slope], axis=-1)


def check(module: MlirModule, rows: Sequence[Sequence[float]] | Floats) -> None:
    """Compare both results exactly."""
    given = np.array(rows, "f4")
    got = np.array(module.call_rows("cubic", given.tolist()), "f4")
    wanted = expected(given)
    for row, one, other in zip(given.tolist(), got, wanted, strict=True):
        compare(one, other, signed_zeros=False, what=f"cubic{tuple(row)}")


def try_out(module: MlirModule) -> str | None:
    """The example of the task."""
    got = module.call("cubic", *EXAMPLE)
    return None if got == (8.0, 8.5) else f"cubic{EXAMPLE} = {got}, expected (8.0, 8.5)"


pytestmark = challenge(target="mlir", tier="core", trial=try_out)


def test_whole_numbers(submission: Submission[MlirModule], rng: np.random.Generator) -> None:
    """Nothing is rounded: each coefficient alone, fresh ones, zeros, and the example."""
    module = submission.build()
    assert try_out(module) is None
    alone = [[x, *row] for x in (-2.0, 0.0, 1.0, 3.0) for row in np.eye(4).tolist()]
    check(module, [*alone, *rng.integers(-9, 10, size=(100, 5)).tolist()])


def test_rounding(submission: Submission[MlirModule], rng: np.random.Generator) -> None:
    """Fresh numbers, with which each operation rounds."""
    check(submission.build(), rng.normal(size=(400, 5)).astype("f4"))


def test_cancellation(submission: Submission[MlirModule], rng: np.random.Generator) -> None:
    """Near a triple root what is left are the roundings on the way."""
    roots = rng.uniform(0.5, 2.0, size=200)
    near = roots * (1 + rng.normal(scale=1e-3, size=200))
    rows = [near, np.ones(200), -3 * roots, 3 * roots**2, -(roots**3)]
    check(submission.build(), np.array(rows).T.astype("f4"))


def test_overflow(submission: Submission[MlirModule], rng: np.random.Generator) -> None:
    """Products or sums on the way that are out of the range of f32, or vanish."""
    scales = 10.0 ** rng.uniform(-30, 30, size=(200, 5))
    rows = rng.normal(size=(200, 5)) * scales
    known = [[1e20, 1e20, -1e38, 0, 1], [1e-30, 1e-30, 1e-20, 0, 0], [0, 2e38, 3e38, 1, 1]]
    check(submission.build(), np.array([*known, *rows.tolist()], "f4"))


def test_special_values(submission: Submission[MlirModule]) -> None:
    """Infinities and NaN in every place, with x = 0 and without."""
    rows = []
    for special, place, x in itertools.product(
        (np.inf, -np.inf, np.nan), range(4), (0.0, 1.0, -2.0)
    ):
        row = [x, 1.0, 2.0, 3.0, 4.0]
        row[1 + place] = special
        rows.append(row)
    rows += [[special, 1.0, -2.0, 3.0, 4.0] for special in (np.inf, -np.inf, np.nan)]
    check(submission.build(), rows)
