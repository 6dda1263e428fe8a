"""Export `mulhi_u64: (i64, i64) -> i64`, the upper half of an unsigned 64 x 64-bit product.

Both parameters stand for unsigned numbers from 0 to 2^64 - 1. The result is the upper 64 bits of
their exact 128-bit product, that is the product divided by 2^64, rounded down.
"""

import itertools
from collections.abc import Sequence

import numpy as np

from pytest_llmgen import Submission, WasmModule, challenge

pytestmark = challenge(target="wat", tier="scalar")


def check(module: WasmModule, pairs: Sequence[tuple[int, int]]) -> None:
    """Compare with the exact product, reading the result as an unsigned integer."""
    for (a, b), got in zip(pairs, module.call_rows("mulhi_u64", pairs), strict=True):
        high = a * b >> 64
        assert got % 2**64 == high, f"mulhi_u64({a:#x}, {b:#x}) = {got % 2**64:#x}, not {high:#x}"


def test_small_products(submission: Submission[WasmModule]) -> None:
    """Products around 2^64, and zero and one with everything."""
    values = [0, 1, 2, 3, 2**31, 2**32 - 1, 2**32, 2**32 + 1, 2**33, 2**62, 2**63, 2**64 - 1]
    check(submission.build(), list(itertools.product(values, values)))


def test_carries(submission: Submission[WasmModule]) -> None:
    """Halves of all ones and nearly so, whose partial products carry into one another."""
    halves = [0, 1, 2, 2**31, 2**32 - 2, 2**32 - 1]
    values = [high << 32 | low for high, low in itertools.product(halves, halves)]
    check(submission.build(), list(itertools.product(values, values)))


def test_random_pairs(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """Fresh pairs over the whole range."""
    numbers = rng.integers(0, 2**64 - 1, size=(300, 2), dtype=np.uint64, endpoint=True)
    check(submission.build(), [(int(a), int(b)) for a, b in numbers])
