"""Export `mat4_mul_f32: (i32, i32, i32, i32) -> ()` with the parameters (a, b, out, n).

a, b and out are arrays of n matrices with 4 rows and 4 columns of f32: 64 bytes for each matrix, row
by row. For every i below n, out[i] becomes the matrix product a[i] times b[i], so that the element in
row r and column c of out[i] is the sum over k of a[i][r][k] * b[i][k][c]. The products may be added in
any order; an element may be off by 1e-6 times the sum of the absolute values of its four products. The
sign of a zero does not matter; all numbers are finite and no sum overflows. n is from 0 to 10000, and
for n = 0 nothing is written. a may be the same array as b; out overlaps neither, and they stay as they
are.

Use 128-bit vector instructions (v128): all elements of out come from vector multiplications and
additions.
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

Matrices = NDArray[np.float32]


def run(
    module: WasmModule, a: Matrices, b: Matrices, *, misalign: tuple[int, int, int] = (0, 0, 0)
) -> Matrices:
    """Call it on new arrays and return the output: shape (n, 4, 4)."""
    left = module.array(a, misalign=misalign[0])
    right = module.array(b, misalign=misalign[1])
    out = module.array(np.full_like(a, 77), misalign=misalign[2])
    module.call("mat4_mul_f32", left.ptr, right.ptr, out.ptr, len(a))
    compare(left.read(), a, what="a after the call")
    compare(right.read(), b, what="b after the call")
    return out.read()


def whole(rng: np.random.Generator, n: int) -> Matrices:
    """Matrices of small whole numbers, whose products are exact."""
    return rng.integers(-9, 10, size=(n, 4, 4)).astype("float32")


def test_products(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """Single products that are exact in any order."""
    module = submission.build()
    for _ in range(10):
        a, b = whole(rng, 1), whole(rng, 1)
        compare(run(module, a, b), a @ b, signed_zeros=False, what="one product")


def test_units(submission: Submission[WasmModule]) -> None:
    """Each pair of matrices with a single 1: every term stands where it should."""
    units = np.eye(16, dtype="float32").reshape(16, 4, 4)
    a, b = np.repeat(units, 16, axis=0), np.tile(units, (16, 1, 1))
    got = run(submission.build(), a, b)
    compare(got, a @ b, signed_zeros=False, what="unit matrices")


def test_many(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """Several products in one call."""
    module = submission.build()
    for n in (2, 3, 4, 5, 17, 1000):
        a, b = whole(rng, n), whole(rng, n)
        compare(run(module, a, b), a @ b, signed_zeros=False, what=f"{n} products")


def test_empty(submission: Submission[WasmModule]) -> None:
    """No matrices: nothing is written."""
    module = submission.build()
    a, out = module.array(np.ones((1, 4, 4), "float32")), module.array(np.zeros(16, "float32"))
    module.call("mat4_mul_f32", a.ptr, a.ptr, out.ptr, 0)
    compare(out.read(), np.zeros(16, "float32"), what="the output after no products")


def test_squares(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """Both operands are the same array."""
    module = submission.build()
    values = whole(rng, 9)
    array, out = module.array(values), module.array(np.zeros_like(values))
    module.call("mat4_mul_f32", array.ptr, array.ptr, out.ptr, 9)
    compare(out.read(), values @ values, signed_zeros=False, what="9 squares")


def test_rounding(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """Numbers of many sizes, for which products and sums are rounded."""
    a, b = (rng.normal(size=(2, 500, 4, 4)) * 10.0 ** rng.integers(-9, 9, (2, 500, 4, 4))).astype(
        "f4"
    )
    got = run(submission.build(), a, b)
    x, y = a.astype(float), b.astype(float)
    excess = np.abs(got - x @ y) / (np.abs(x) @ np.abs(y))
    assert excess.max() <= 1e-6, f"off by {excess.max():.3g} times the sum of absolute products"


def test_unaligned(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """Addresses that are no multiple of anything."""
    module = submission.build()
    a, b = whole(rng, 3), whole(rng, 3)
    for k in range(1, 16):
        misalign = (k, 5 * k % 16, 3 * k % 16)
        got = run(module, a, b, misalign=misalign)
        what = f"arrays {misalign} bytes past multiples of 64"
        compare(got, a @ b, signed_zeros=False, what=what)


def test_vector_work(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """All elements come from vector instructions."""
    a, b = rng.uniform(1, 2, size=(2, 20, 4, 4)).astype("float32")
    require_vector_work(
        submission.build(), "mat4_mul_f32", lambda module: run(module, a, b), slack=0
    )
