"""Export `gpu_life_u32: (i32, i32, i32, i32, i32) -> ()` with the parameters (input, output, rows, cols, steps).

The input is a board of Conway's Game of Life with `rows` rows and `cols` columns, stored row after row,
one u32 per cell: 1 is alive, 0 is dead. The output is the board after `steps` steps, computed on the
GPU. In each step all cells change at once: a living cell with two or three living neighbours stays
alive, a dead cell with three becomes alive, every other cell is dead. The neighbours of the cell in row
r and column c are the eight cells in the rows r - 1, r, r + 1 and the columns c - 1, c, c + 1, without
the cell at (r, c) itself; rows count modulo `rows` and columns modulo `cols`, so that the board has no
border. For steps = 0 the output equals the input. The boards do not overlap, and the input stays as it
is. rows and cols are from 3 to 128, steps is from 0 to 100. No invocation of a shader may run more than
50000 loop iterations.
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

SHAPES = [(3, 3), (3, 4), (4, 3), (5, 7), (8, 8), (9, 16), (16, 9), (7, 33), (33, 10), (40, 50)]


def stepped(board: NDArray[np.uint32], steps: int) -> NDArray[np.uint32]:
    """The expected output."""
    for _ in range(steps):
        shifts = [(r, c) for r in (-1, 0, 1) for c in (-1, 0, 1) if (r, c) != (0, 0)]
        count = np.sum([np.roll(board, shift, (0, 1)) for shift in shifts], axis=0)
        board = ((count == 3) | ((count == 2) & (board == 1))).astype("uint32")
    return board


def run(module: WasmModule, board: NDArray[np.uint32], steps: int) -> WasmArray:
    """Run on a module and return the output array."""
    source = module.array(board)
    output = module.array(np.full_like(board, 0xDEADBEEF))
    module.call("gpu_life_u32", source.ptr, output.ptr, *board.shape, steps)
    compare(source.read(), board, what="the input after the call")
    return output


def check(module: WasmModule, board: NDArray[np.uint32], steps: int) -> None:
    """Run on a module and compare."""
    what = f"{steps} steps on {board.shape[0]} rows of {board.shape[1]}"
    compare(run(module, board, steps).read(), stepped(board, steps), what=what)


def test_shapes(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """Small boards, and sizes around those of workgroups, on the same instance."""
    module = submission.build()
    for shape in SHAPES:
        for density in (0.3, 0.6):
            check(module, (rng.random(shape) < density).astype("uint32"), 1)


def test_steps(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """No step, one, even and odd numbers of steps, on the same instance."""
    module = submission.build()
    board = (rng.random((18, 21)) < 0.4).astype("uint32")
    for steps in (1, 0, 2, 3, 4, 15, 1):
        check(module, board, steps)


def test_glider_crosses_every_edge(submission: Submission[WasmModule]) -> None:
    """After 4 * 8 steps on a board of 8 by 8, a glider is back where it started."""
    board = np.zeros((8, 8), "uint32")
    board[[0, 1, 2, 2, 2], [1, 2, 0, 1, 2]] = 1
    module = submission.build()
    for steps in (4, 17):
        check(module, board, steps)
    compare(run(module, board, 32).read(), board, what="a glider after 32 steps")


def test_large(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """The largest board and the most steps."""
    check(submission.build(), (rng.random((127, 128)) < 0.4).astype("uint32"), 100)


def test_gpu_computes(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """The living cells of the output are what a dispatch computed."""
    board = (rng.random((30, 40)) < 0.5).astype("uint32")
    dead = int((stepped(board, 1) == 0).sum())
    require_gpu_work(submission.build(), lambda module: run(module, board, 1), slack=dead)
