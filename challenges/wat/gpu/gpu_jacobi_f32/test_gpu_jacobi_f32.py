"""Export `gpu_jacobi_f32: (i32, i32, i32, i32, i32) -> ()` with the parameters (input, output, rows, cols, steps).

The input is a grid of f32 with `rows` rows and `cols` columns, stored row after row. The output is the
grid after `steps` steps, computed on the GPU. In one step, every inner cell becomes the mean of its
four neighbours (left, right, above, below) as they were before the step; the cells of the first and
last row and of the first and last column never change. For steps = 0 the output equals the input. All
values are from -1000 to 1000; an error of 1e-5 times the largest result is allowed. The grids do not
overlap, and the input stays as it is. rows and cols are from 1 to 128, steps is from 0 to 100. No
invocation of a shader may run more than 50000 loop iterations.
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
    (1, 9),
    (9, 1),
    (2, 2),
    (2, 7),
    (3, 3),
    (8, 8),
    (5, 17),
    (17, 5),
    (9, 33),
    (40, 16),
]


def stepped(grid: NDArray[np.float32], steps: int) -> NDArray[np.float32]:
    """The expected output."""
    new = grid.astype("float64")
    for _ in range(steps):
        old = new.copy()
        sides = old[1:-1, :-2] + old[1:-1, 2:] + old[:-2, 1:-1] + old[2:, 1:-1]
        new[1:-1, 1:-1] = sides / 4
    return new.astype("float32")


def run(module: WasmModule, grid: NDArray[np.float32], steps: int) -> WasmArray:
    """Run on a module and return the output array."""
    source = module.array(grid)
    output = module.array(np.full_like(grid, np.nan))
    module.call("gpu_jacobi_f32", source.ptr, output.ptr, *grid.shape, steps)
    compare(source.read(), grid, what="the input after the call")
    return output


def check(module: WasmModule, grid: NDArray[np.float32], steps: int) -> None:
    """Run on a module and compare."""
    what = f"{steps} steps on {grid.shape[0]} rows of {grid.shape[1]}"
    compare(run(module, grid, steps).read(), stepped(grid, steps), tolerance=1e-5, what=what)


def test_shapes(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """Grids without inner cells, and sizes around those of workgroups, on the same instance."""
    module = submission.build()
    for shape in SHAPES:
        check(module, rng.uniform(1, 2, size=shape).astype("float32"), 2)


def test_steps(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """No step, one, even and odd numbers of steps, on the same instance."""
    module = submission.build()
    grid = rng.normal(size=(12, 19)).astype("float32")
    for steps in (1, 0, 2, 3, 4, 25, 1):
        check(module, grid, steps)


def test_hot_border(submission: Submission[WasmModule]) -> None:
    """Heat moves in from the border, one cell per step."""
    grid = np.zeros((20, 24), "float32")
    grid[0], grid[:, -1] = 1000, -500
    check(submission.build(), grid, 9)


def test_large(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """The largest grid and the most steps."""
    check(submission.build(), rng.uniform(-1000, 1000, size=(128, 127)).astype("float32"), 100)


def test_gpu_computes(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """The inner cells of the output are what a dispatch computed."""
    grid = rng.uniform(1, 2, size=(20, 30)).astype("float32")
    border = 2 * 20 + 2 * 28
    require_gpu_work(submission.build(), lambda module: run(module, grid, 3), slack=border)
