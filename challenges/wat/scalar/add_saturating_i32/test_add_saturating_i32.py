"""Export `add_saturating_i32: (i32, i32) -> i32`, the saturating sum of two signed 32-bit integers.

A sum above 2147483647 gives 2147483647, a sum below -2147483648 gives -2147483648.
"""

import itertools
from collections.abc import Sequence

import numpy as np

from pytest_llmgen import Submission, WasmModule, challenge

pytestmark = challenge(target="wat", tier="scalar")

LOW, HIGH = -(2**31), 2**31 - 1


def check(module: WasmModule, pairs: Sequence[tuple[int, int]]) -> None:
    """Compare with the exact sum, clamped."""
    for (a, b), got in zip(pairs, module.call_rows("add_saturating_i32", pairs), strict=True):
        expected = min(max(a + b, LOW), HIGH)
        assert got == expected, f"add_saturating_i32({a}, {b}) = {got}, expected {expected}"


def test_extremes(submission: Submission[WasmModule]) -> None:
    """Both ends of the range, zero, and numbers whose sums just fit or just do not."""
    values = [LOW, LOW + 1, LOW + 2, -0x55555556, LOW // 2 - 1, LOW // 2, -2, -1, 0]
    values += [-value - 1 for value in values]
    check(submission.build(), list(itertools.product(values, values)))


def test_around_the_limits(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """Fresh pairs whose exact sum lies within 2 of an end of the range."""
    pairs = []
    for sign, end in ((1, HIGH), (-1, LOW)):
        for part in rng.integers(1, HIGH, size=50):
            pairs += [(sign * int(part), end - sign * int(part) + off) for off in (-2, -1, 0, 1, 2)]
    check(submission.build(), [(a, b) for a, b in pairs if LOW <= b <= HIGH])


def test_random_pairs(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """Fresh pairs over the whole range, of which a quarter saturate."""
    pairs = [(int(a), int(b)) for a, b in rng.integers(LOW, HIGH, size=(200, 2), endpoint=True)]
    check(submission.build(), pairs)
