"""Multiply two matrices.

`func.func @matmul(%a: memref<?x?xf32>, %b: memref<?x?xf32>, %c: memref<?x?xf32>)` writes the matrix
product of a and b to c: c[i, j] is the sum of a[i, k] * b[k, j] over all k.

a has m rows and n columns, b has n rows and p columns, c has m rows and p columns; each of m, n and p is
from 0 to 100. If n is 0, all elements of c become 0. c holds arbitrary numbers before the call, NaN
among them, which have no effect; a and b stay as they are. The elements are whole numbers from -100 to
100, for which f32 is exact in any order of operations. The arrays do not overlap. For example, [[1, 2]]
by [[3], [4]] is [[11]].
"""

import itertools

import numpy as np
from numpy.typing import NDArray

from pytest_llmgen import MlirModule, Submission, challenge, compare

Floats = NDArray[np.float32]


def check(module: MlirModule, a: Floats, b: Floats, before: float = np.nan) -> None:
    """Compare with the product in whole numbers, and a and b with what they were."""
    what = f"{a.shape[0]} x {a.shape[1]} by {b.shape[0]} x {b.shape[1]}"
    product = (a.astype("i8") @ b.astype("i8")).astype("f4")
    a_after, b_after, got = module.call("matmul", a, b, np.full_like(product, before))
    compare(got, product, signed_zeros=False, what=f"the product, {what},")
    compare(a_after, a, what=f"a after the call, {what},")
    compare(b_after, b, what=f"b after the call, {what},")


def try_out(module: MlirModule) -> str | None:
    """The example of the task."""
    a, b = np.array([[1, 2]], "f4"), np.array([[3], [4]], "f4")
    got = module.call("matmul", a, b, np.zeros((1, 1), "f4"))[2]
    if got.tolist() == [[11]]:
        return None
    return f"[[1, 2]] by [[3], [4]] gives {got.tolist()}, expected [[11]]"


pytestmark = challenge(target="mlir", tier="arrays", trial=try_out)


def matrix(rng: np.random.Generator, rows: int, columns: int) -> Floats:
    """Fresh whole numbers."""
    return rng.integers(-100, 101, size=(rows, columns)).astype("f4")


def test_square(submission: Submission[MlirModule], rng: np.random.Generator) -> None:
    """Square matrices, and the identity from both sides."""
    module = submission.build()
    for n in (1, 2, 3, 7, 8, 9):
        a, one = matrix(rng, n, n), np.eye(n, dtype="f4")
        check(module, a, matrix(rng, n, n), before=0.0)
        check(module, a, one, before=0.0)
        check(module, one, a, before=0.0)


def test_all_shapes(submission: Submission[MlirModule], rng: np.random.Generator) -> None:
    """Every combination of small sizes that are not 0, and the example."""
    module = submission.build()
    assert try_out(module) is None
    for m, n, p in itertools.product((1, 2, 3, 5), repeat=3):
        check(module, matrix(rng, m, n), matrix(rng, n, p), before=0.0)


def test_what_c_held(submission: Submission[MlirModule], rng: np.random.Generator) -> None:
    """Whatever is in c is overwritten."""
    module = submission.build()
    for before in (1.0, np.inf, np.nan):
        check(module, matrix(rng, 3, 4), matrix(rng, 4, 2), before)
        check(module, matrix(rng, 1, 1), matrix(rng, 1, 1), before)


def test_inner_size_0(submission: Submission[MlirModule], rng: np.random.Generator) -> None:
    """Sums of nothing are 0."""
    module = submission.build()
    for m, p in ((1, 1), (1, 3), (3, 1), (4, 5)):
        check(module, matrix(rng, m, 0), matrix(rng, 0, p))
        check(module, matrix(rng, m, 0), matrix(rng, 0, p), before=7.0)


def test_outer_size_0(submission: Submission[MlirModule], rng: np.random.Generator) -> None:
    """There is nothing to write."""
    module = submission.build()
    for m, n, p in ((0, 3, 2), (2, 3, 0), (0, 0, 0), (0, 3, 0), (0, 0, 2)):
        check(module, matrix(rng, m, n), matrix(rng, n, p))


def test_large(submission: Submission[MlirModule], rng: np.random.Generator) -> None:
    """Sizes around 32, in all places, and larger ones."""
    module = submission.build()
    for m, n, p in (
        (31, 32, 33),
        (33, 31, 32),
        (32, 33, 31),
        (1, 100, 1),
        (100, 1, 99),
        (65, 64, 17),
    ):
        check(module, matrix(rng, m, n), matrix(rng, n, p))
