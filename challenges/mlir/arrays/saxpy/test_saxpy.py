"""Add a multiple of one array to another, in place.

`func.func @saxpy(%alpha: f32, %x: memref<?xf32>, %y: memref<?xf32>)`: each y[i] becomes
alpha * x[i] + y[i], where the product is rounded to f32 before the sum is.

x and y have the same size, from 0 to 10000, and do not overlap; x stays as it is. NaN, infinities and
overflow are as f32 arithmetic has them. Results are compared exactly, bit by bit. For example, with
alpha = 2, x = [1, 2] and y = [10, 20], y becomes [12, 24].
"""

import numpy as np
from numpy.typing import NDArray

from pytest_llmgen import MlirModule, Submission, challenge, compare

Floats = NDArray[np.float32]

SIZES = (0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 100)


def expected(alpha: float, x: Floats, y: Floats) -> Floats:
    """NumPy rounds the product and the sum to f32."""
    with np.errstate(all="ignore"):
        return np.float32(alpha) * x + y


def check(module: MlirModule, alpha: float, x: Floats, y: Floats) -> None:
    """Compare y with the reference, and x with what it was."""
    what = f"alpha = {alpha}, {x.size} elements"
    x_after, y_after = module.call("saxpy", alpha, x, y)
    compare(y_after, expected(alpha, x, y), what=f"y for {what}")
    compare(x_after, x, what=f"x after the call with {what}")


def try_out(module: MlirModule) -> str | None:
    """The example of the task."""
    _, got = module.call("saxpy", 2.0, np.array([1, 2], "f4"), np.array([10, 20], "f4"))
    return None if got.tolist() == [12, 24] else f"y becomes {got.tolist()}, expected [12, 24]"


pytestmark = challenge(target="mlir", tier="arrays", trial=try_out)


def test_every_size(submission: Submission[MlirModule], rng: np.random.Generator) -> None:
    """Short arrays with various factors, and the example."""
    module = submission.build()
    assert try_out(module) is None
    for n in SIZES:
        x, y = rng.integers(-99, 100, size=(2, n)).astype("f4")
        for alpha in (3.0, 0.0, -0.5):
            check(module, alpha, x, y)


def test_rounding(submission: Submission[MlirModule], rng: np.random.Generator) -> None:
    """Products that need more bits than f32 has, and sums that cancel them."""
    module = submission.build()
    x, y = rng.normal(size=(2, 999)).astype("f4")
    check(module, 1 / 3, x, y)
    check(module, 1 / 3, x, -expected(1 / 3, x, np.zeros_like(x)))


def test_special_values(submission: Submission[MlirModule]) -> None:
    """NaN, infinities, signed zeros and overflow, in every combination."""
    module = submission.build()
    special = np.array([0.0, -0.0, 1, np.inf, -np.inf, np.nan, 3e38, -3e38, 1e-45], "f4")
    x, y = np.repeat(special, special.size), np.tile(special, special.size)
    for alpha in (0.0, -0.0, 1.0, -2.0, 0.5, float("inf"), float("nan")):
        check(module, alpha, x, y)


def test_large(submission: Submission[MlirModule], rng: np.random.Generator) -> None:
    """The largest size."""
    x, y = rng.normal(size=(2, 10_000)).astype("f4")
    check(submission.build(), -1.25, x, y)
