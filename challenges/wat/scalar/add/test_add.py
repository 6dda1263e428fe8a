"""Export `add: (i32, i32) -> i32`, the sum of two 32-bit integers, wrapping around modulo 2^32."""

import itertools
from collections.abc import Sequence

import numpy as np

from pytest_llmgen import Submission, WasmModule, challenge

pytestmark = challenge(target="wat", tier="scalar")

LOW, HIGH = -(2**31), 2**31 - 1


def check(module: WasmModule, pairs: Sequence[tuple[int, int]]) -> None:
    """Compare with the sum modulo 2^32, read as a signed integer."""
    for (a, b), got in zip(pairs, module.call_rows("add", pairs), strict=True):
        expected = (a + b - LOW) % 2**32 + LOW
        assert got == expected, f"add({a}, {b}) = {got}, expected {expected}"


def test_small_values(submission: Submission[WasmModule]) -> None:
    """All pairs of small numbers of either sign."""
    check(submission.build(), list(itertools.product(range(-9, 10), range(-9, 10))))


def test_wraps_around(submission: Submission[WasmModule]) -> None:
    """Both ends of the range, past which the sum wraps around, and single bits."""
    values = [LOW, LOW + 1, -1, 0, 1, 2, HIGH - 1, HIGH, *(1 << bit for bit in range(31))]
    check(submission.build(), list(itertools.product(values, values)))


def test_random_pairs(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """Fresh pairs over the whole range."""
    pairs = [(int(a), int(b)) for a, b in rng.integers(LOW, HIGH, size=(200, 2), endpoint=True)]
    check(submission.build(), pairs)
