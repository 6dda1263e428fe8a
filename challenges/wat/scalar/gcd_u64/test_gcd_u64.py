"""Export `gcd_u64: (i64, i64) -> i64`, the greatest common divisor of two unsigned 64-bit integers.

The parameters and the result stand for numbers from 0 to 2^64 - 1. gcd(0, a) = gcd(a, 0) = a, and
gcd(0, 0) = 0. Any call must finish within a million instructions.
"""

import itertools
import math
from collections.abc import Sequence

import numpy as np

from pytest_llmgen import Limits, Submission, WasmModule, challenge

pytestmark = challenge(target="wat", tier="scalar", limits=Limits(fuel=1_000_000))

TOP = 2**64 - 1


def check(module: WasmModule, pairs: Sequence[tuple[int, int]]) -> None:
    """Compare with `math.gcd`, reading the result as an unsigned integer."""
    for (a, b), got in zip(pairs, module.call_rows("gcd_u64", pairs), strict=True):
        expected = math.gcd(a, b)
        assert got % 2**64 == expected, f"gcd_u64({a}, {b}) = {got % 2**64}, expected {expected}"


def test_small_values(submission: Submission[WasmModule]) -> None:
    """All pairs from 0 to 30, in either order."""
    check(submission.build(), list(itertools.product(range(31), range(31))))


def test_unsigned(submission: Submission[WasmModule]) -> None:
    """Numbers around and above 2^63, and very unequal ones."""
    values = [0, 1, 2, 3, 12, 2**31, 2**32, 2**32 + 1, 3 * 2**32, 2**63 - 1, 2**63, 2**63 + 1]
    values += [3 * 2**62, 5 * 3**38, TOP - 1, TOP, TOP // 3, TOP // 5 * 4, 2**33 * 3**5]
    check(submission.build(), list(itertools.product(values, values)))


def test_consecutive_fibonacci(submission: Submission[WasmModule]) -> None:
    """Neighbours in the Fibonacci sequence take the most divisions."""
    numbers = [0, 1]
    while numbers[-1] + numbers[-2] <= TOP:
        numbers.append(numbers[-1] + numbers[-2])
    check(submission.build(), list(itertools.pairwise(numbers)))
    check(submission.build(), list(itertools.pairwise(reversed(numbers))))


def test_random_multiples(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """Fresh pairs with common divisors of up to 32 bits."""
    pairs = []
    for bits in rng.integers(1, 32, size=200, endpoint=True):
        common, a, b = (int(value) for value in rng.integers(1, 2**32, size=3))
        common >>= int(bits) - 1
        pairs.append((common * a, common * b))
    check(submission.build(), pairs)
