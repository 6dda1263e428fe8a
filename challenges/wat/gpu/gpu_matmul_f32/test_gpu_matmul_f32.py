"""Export `gpu_matmul_f32: (i32, i32, i32, i32, i32, i32) -> ()` with the parameters (a, b, c, m, k, n).

c becomes the matrix product of a and b, computed on the GPU. a has m rows and k columns, b has k rows
and n columns, c has m rows and n columns; all are f32, stored row after row. What stood in c before
does not count. The sums may be formed in any order: an error of 1e-5 times the largest result is
allowed. The matrices do not overlap, and a and b stay as they are. m, k and n are from 0 to 200. For
k = 0 every element of c is 0; for m = 0 or n = 0 nothing is written.
"""

import numpy as np
from numpy.typing import NDArray

from pytest_llmgen import (
    Submission,
    WasmArray,
    WasmModule,
    challenge,
    compare,
    require_gpu_work,
)

pytestmark = challenge(target="wgsl", tier="gpu", memory=True)

SHAPES = [
    (1, 1, 1),
    (1, 5, 1),
    (2, 3, 4),
    (16, 16, 16),
    (17, 15, 33),
    (3, 40, 50),
    (50, 31, 2),
    (8, 1, 9),
]


def run(module: WasmModule, a: NDArray[np.float32], b: NDArray[np.float32]) -> WasmArray:
    """Multiply on a module and return the output array."""
    inputs = module.array(a), module.array(b)
    (m, k), n = a.shape, b.shape[1]
    output = module.array(np.full((m, n), np.nan, "float32"))
    module.call("gpu_matmul_f32", inputs[0].ptr, inputs[1].ptr, output.ptr, m, k, n)
    for array, values in zip(inputs, (a, b), strict=True):
        compare(array.read(), values, what="an input after the call")
    return output


def check(module: WasmModule, rng: np.random.Generator, m: int, k: int, n: int) -> None:
    """Multiply random matrices on a module and compare."""
    a = rng.normal(size=(m, k)).astype("float32")
    b = rng.normal(size=(k, n)).astype("float32")
    expected = (a.astype("float64") @ b).astype("float32")
    compare(run(module, a, b).read(), expected, tolerance=1e-5, what=f"m, k, n = {m}, {k}, {n}")


def test_shapes(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """Small shapes and shapes around the sizes of tiles, on the same instance."""
    module = submission.build()
    for m, k, n in SHAPES:
        check(module, rng, m, k, n)


def test_every_side_up_to_a_tile(
    submission: Submission[WasmModule], rng: np.random.Generator
) -> None:
    """One side grows while the others stay."""
    module = submission.build()
    for side in range(1, 18, 3):
        for m, k, n in ((side, 5, 6), (5, side, 6), (5, 6, side)):
            check(module, rng, m, k, n)


def test_empty_sums(submission: Submission[WasmModule]) -> None:
    """For k = 0 the product is all zeros."""
    a, b = np.zeros((3, 0), "float32"), np.zeros((0, 4), "float32")
    compare(run(submission.build(), a, b).read(), np.zeros((3, 4), "float32"), signed_zeros=False)


def test_empty(submission: Submission[WasmModule]) -> None:
    """No rows or no columns: nothing is written, and nothing fails."""
    module = submission.build()
    for m, k, n in ((0, 3, 4), (3, 4, 0), (0, 0, 0)):
        run(module, np.ones((m, k), "float32"), np.ones((k, n), "float32"))


def test_large(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """Large matrices, of which none is square."""
    module = submission.build()
    for m, k, n in ((200, 133, 77), (90, 200, 199)):
        check(module, rng, m, k, n)


def test_gpu_computes(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """The output is what a dispatch computed."""
    a, b = rng.uniform(1, 2, size=(2, 20, 20)).astype("float32")
    require_gpu_work(submission.build(), lambda module: run(module, a, b))
