"""Export `gpu_softmax_rows_f32: (i32, i32, i32, i32) -> ()` with the parameters (input, output, rows, cols).

The input is a matrix of f32 with `rows` rows and `cols` columns, stored row after row. The output, a
matrix of the same shape computed on the GPU, is the softmax of each row: output[r][c] is exp(input[r][c])
divided by the sum of exp(input[r][k]) over all columns k of that row. The values are from -10000 to
10000, so that exp may overflow, but the results must be right. An error of 1e-5 is allowed. The
matrices do not overlap, and the input stays as it is. rows is from 0 to 300, cols from 0 to 1000; if
either is 0, nothing is written.
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
    (1, 1),
    (1, 5),
    (5, 1),
    (3, 2),
    (2, 31),
    (4, 32),
    (3, 33),
    (7, 64),
    (6, 65),
    (70, 9),
    (5, 257),
    (2, 1000),
]


def softmax(matrix: NDArray[np.float32]) -> NDArray[np.float32]:
    """The expected output."""
    wide = matrix.astype("float64")
    powers: NDArray[np.float64] = np.exp(wide - wide.max(axis=1, keepdims=True))
    sums: NDArray[np.float64] = powers.sum(axis=1, keepdims=True)
    return (powers / sums).astype("float32")


def run(module: WasmModule, matrix: NDArray[np.float32]) -> WasmArray:
    """Run on a module and return the output array."""
    source = module.array(matrix)
    output = module.array(np.full_like(matrix, np.nan))
    module.call("gpu_softmax_rows_f32", source.ptr, output.ptr, *matrix.shape)
    compare(source.read(), matrix, what="the input after the call")
    return output


def check(module: WasmModule, matrix: NDArray[np.float32]) -> None:
    """Run on a module and compare; the error may be 1e-5 also where all results are small."""
    got, expected = run(module, matrix).read(), softmax(matrix)
    what = f"{matrix.shape[0]} rows of {matrix.shape[1]}"
    compare(got, expected, tolerance=1e-5 / float(expected.max()), what=what)


def test_shapes(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """Single rows and columns, and sizes around those of workgroups, on the same instance."""
    module = submission.build()
    for shape in SHAPES:
        check(module, rng.uniform(-2, 2, size=shape).astype("float32"))


def test_large_values(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """Rows of large positive and of large negative values, each with another maximum."""
    offsets = np.array([[0.0], [100], [-100], [5000], [-5000], [89], [-104], [9990], [-9990]])
    matrix = rng.uniform(-3, 3, size=(9, 70)) + offsets
    check(submission.build(), matrix.astype("float32"))


def test_wide_range(submission: Submission[WasmModule]) -> None:
    """One value far above the rest, at another place in every row; two such; only equal values."""
    matrix = np.full((132, 130), -9000, "float32")
    np.fill_diagonal(matrix, 9000)
    matrix[130, 10:12] = 9000
    check(submission.build(), matrix)


def test_empty(submission: Submission[WasmModule]) -> None:
    """No rows or no columns: nothing is written, and nothing fails."""
    module = submission.build()
    for shape in ((0, 0), (0, 5), (5, 0)):
        run(module, np.zeros(shape, "float32"))


def test_large(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """Many rows, and long rows."""
    module = submission.build()
    for shape in ((300, 129), (100, 999)):
        check(module, rng.normal(scale=4, size=shape).astype("float32"))


def test_gpu_computes(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """The output is what a dispatch computed."""
    matrix = rng.uniform(-1, 1, size=(6, 50)).astype("float32")
    require_gpu_work(submission.build(), lambda module: run(module, matrix))
