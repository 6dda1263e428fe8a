"""Export `saxpy_f32: (f32, i32, i32, i32) -> ()` with the parameters (alpha, x, y, n).

For every i below n, y[i] becomes alpha * x[i] + y[i]: the product is rounded to f32, and then the
sum is. NaN and infinities come out as f32 arithmetic has them. x and y are arrays of n f32; n is from
0 to 200000, and for n = 0 nothing is written. x and y do not overlap, and x stays as it is.

Use 128-bit vector instructions (v128) for all full groups of 4 elements; the tail may be scalar.
"""

import numpy as np
from numpy.typing import NDArray

from pytest_llmgen import (
    Submission,
    WasmModule,
    challenge,
    compare,
    require_vector_work,
)

pytestmark = challenge(target="wat", tier="simd", memory=True)

Floats = NDArray[np.float32]


def expected(alpha: float, x: Floats, y: Floats) -> Floats:
    """The right output."""
    with np.errstate(all="ignore"):
        return np.float32(alpha) * x + y


def run(
    module: WasmModule, alpha: float, x: Floats, y: Floats, *, misalign: tuple[int, int] = (0, 0)
) -> Floats:
    """Call it on new arrays and return y."""
    left = module.array(x, misalign=misalign[0])
    right = module.array(y, misalign=misalign[1])
    module.call("saxpy_f32", alpha, left.ptr, right.ptr, x.size)
    compare(left.read(), x, what="x after the call")
    return right.read()


def test_every_length(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """All short lengths, on one instance, with various factors."""
    module = submission.build()
    for n in range(68):
        x, y = rng.normal(size=(2, n)).astype("float32")
        for alpha in (float(np.float32(rng.normal())), 0.0, -1.0):
            got = run(module, alpha, x, y)
            compare(got, expected(alpha, x, y), what=f"alpha = {alpha}, {n} elements")


def test_unaligned(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """Addresses that are no multiple of anything."""
    module = submission.build()
    x, y = rng.normal(size=(2, 23)).astype("float32")
    for k in range(1, 16):
        got = run(module, 0.75, x, y, misalign=(k, 5 * k % 16))
        compare(got, expected(0.75, x, y), what=f"x {k} bytes past a multiple of 64")


def test_rounding(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """Products and sums are rounded one after the other, in long arrays and in short ones."""
    module = submission.build()
    x, y = rng.normal(size=(2, 9999)).astype("float32")
    compare(run(module, 1 / 3, x, y), expected(1 / 3, x, y), what="9999 elements")
    left, right = module.array(x), module.array(y)
    rows = [(1 / 3, left.ptr + k, right.ptr + k, 3) for k in range(0, 4 * x.size, 12)]
    module.call_rows("saxpy_f32", rows)
    compare(right.read(), expected(1 / 3, x, y), what="arrays of 3")


def test_special_values(submission: Submission[WasmModule]) -> None:
    """NaN, infinities, signed zeros and overflow."""
    module = submission.build()
    special = np.array([0.0, -0.0, 1, np.inf, -np.inf, np.nan, 3e38, -3e38, 1e-45], "float32")
    x, y = np.repeat(special, special.size), np.tile(special, special.size)
    for alpha in (0.0, -2.0, float("inf"), float("nan")):
        compare(run(module, alpha, x, y), expected(alpha, x, y), what=f"alpha = {alpha}")


def test_large(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """A large array."""
    x, y = rng.normal(size=(2, 100_003)).astype("float32")
    got = run(submission.build(), -1.25, x, y, misalign=(0, 4))
    compare(got, expected(-1.25, x, y), what="100003 elements")


def test_vector_work(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """The output comes from vector instructions."""
    x, y = rng.uniform(1, 2, size=(2, 403)).astype("float32")
    require_vector_work(submission.build(), "saxpy_f32", lambda module: run(module, 1.5, x, y))
