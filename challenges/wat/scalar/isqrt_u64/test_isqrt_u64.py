"""Export `isqrt_u64: (i64) -> i64`, the square root of an unsigned 64-bit integer, rounded down.

The parameter stands for a number from 0 to 2^64 - 1; the result is the largest integer whose square
is not above it. It must be exact for every argument, and found within a million instructions.
"""

import math
from collections.abc import Sequence

import numpy as np

from pytest_llmgen import Limits, Submission, WasmModule, challenge

pytestmark = challenge(target="wat", tier="scalar", limits=Limits(fuel=1_000_000))

TOP = 2**64 - 1


def check(module: WasmModule, numbers: Sequence[int]) -> None:
    """Compare with `math.isqrt`."""
    rows = [(n,) for n in numbers]
    for n, got in zip(numbers, module.call_rows("isqrt_u64", rows), strict=True):
        assert got == math.isqrt(n), f"isqrt_u64({n}) = {got}, expected {math.isqrt(n)}"


def around(roots: Sequence[int]) -> list[int]:
    """The squares of some roots, and the numbers beside them."""
    return [root**2 + off for root in roots for off in (-1, 0, 1) if 0 <= root**2 + off <= TOP]


def test_small_values(submission: Submission[WasmModule]) -> None:
    """Every number from 0 to 1000."""
    check(submission.build(), range(1001))


def test_around_squares(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """Squares and their neighbours, for roots of every size up to 2^32 - 1."""
    roots = [2**bits + off for bits in range(1, 33) for off in (-1, 0, 1)]
    roots += [
        int(root) >> int(shift) for root in rng.integers(2**31, 2**32, 20) for shift in (0, 9)
    ]
    check(submission.build(), around(roots))


def test_unsigned(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """Numbers around 2^63, above it, and up to the largest."""
    numbers = [2**63 + off for off in (-2, -1, 0, 1, 2)] + [TOP - off for off in range(5)]
    numbers += [int(n) for n in rng.integers(2**63, TOP, 50, dtype=np.uint64, endpoint=True)]
    check(submission.build(), numbers)
