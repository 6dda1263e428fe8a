"""Export `factorial_i64: (i32) -> i64`, the factorial of n modulo 2^64.

n is at most 100. For a negative n, whatever it is, the result is 1, as it is for n = 0. From n = 21
on the factorial needs more than 63 bits: the result is its lowest 64 bits.
"""

from collections.abc import Sequence
from math import factorial

from pytest_llmgen import Submission, WasmModule, challenge

pytestmark = challenge(target="wat", tier="scalar")


def check(module: WasmModule, numbers: Sequence[int]) -> None:
    """Compare with the factorial modulo 2^64, read as a signed integer."""
    rows = [(n,) for n in numbers]
    for n, got in zip(numbers, module.call_rows("factorial_i64", rows), strict=True):
        expected = (factorial(max(n, 0)) + 2**63) % 2**64 - 2**63
        assert got == expected, f"factorial_i64({n}) = {got}, expected {expected}"


def test_fits(submission: Submission[WasmModule]) -> None:
    """From 0 to 20 the result is the factorial itself."""
    check(submission.build(), range(21))


def test_wraps_around(submission: Submission[WasmModule]) -> None:
    """From 21 to 100 only the lowest 64 bits are left, down to none that is set."""
    check(submission.build(), range(21, 101))


def test_negative(submission: Submission[WasmModule]) -> None:
    """Negative numbers give 1, also after other calls on the same instance."""
    check(submission.build(), [5, -1, -2, 7, -20, -1000, 0, -(2**31) + 1, -(2**31), 3])
