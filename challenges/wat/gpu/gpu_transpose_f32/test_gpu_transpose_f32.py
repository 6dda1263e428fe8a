"""Export `gpu_transpose_f32: (i32, i32, i32, i32) -> ()` with the parameters (input, output, rows, cols).

The input is a matrix of f32 with `rows` rows and `cols` columns, stored row after row. The output is
its transpose, computed on the GPU: a matrix of `cols` rows and `rows` columns, also stored row after
row, so that output[c * rows + r] = input[r * cols + c]. All values are normal numbers. The matrices do
not overlap, and the input stays as it is. rows and cols are from 0 to 600, rows * cols is at most
200000; if either is 0, nothing is written.
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
    (1, 7),
    (7, 1),
    (2, 3),
    (3, 2),
    (16, 16),
    (15, 17),
    (33, 16),
    (16, 31),
    (8, 64),
    (65, 40),
]


def run(module: WasmModule, matrix: NDArray[np.float32]) -> WasmArray:
    """Transpose on a module and return the output array."""
    rows, cols = matrix.shape
    source = module.array(matrix)
    output = module.array(np.full((cols, rows), np.nan, "float32"))
    module.call("gpu_transpose_f32", source.ptr, output.ptr, rows, cols)
    compare(source.read(), matrix, what="the input after the call")
    return output


def numbered(rows: int, cols: int) -> NDArray[np.float32]:
    """A matrix in which every element differs."""
    return np.arange(1, rows * cols + 1, dtype="float32").reshape(rows, cols)


def test_shapes(submission: Submission[WasmModule]) -> None:
    """Squares, single rows and columns, and sizes around those of tiles, on the same instance."""
    module = submission.build()
    for rows, cols in SHAPES:
        matrix = numbered(rows, cols)
        compare(run(module, matrix).read(), matrix.T, what=f"{rows} rows of {cols}")


def test_empty(submission: Submission[WasmModule]) -> None:
    """No rows or no columns: nothing is written, and nothing fails."""
    module = submission.build()
    for rows, cols in ((0, 0), (0, 5), (5, 0)):
        run(module, numbered(rows, cols))


def test_large(submission: Submission[WasmModule]) -> None:
    """Wide and tall matrices."""
    module = submission.build()
    for rows, cols in ((333, 600), (600, 301)):
        matrix = numbered(rows, cols)
        compare(run(module, matrix).read(), matrix.T, what=f"{rows} rows of {cols}")


def test_gpu_computes(submission: Submission[WasmModule]) -> None:
    """The output is what a dispatch computed."""
    require_gpu_work(submission.build(), lambda module: run(module, numbered(20, 35)))
