"""Count the steps of a Collatz sequence.

From a number n, the sequence goes on with n / 2 if n is even and with 3 n + 1 if n is odd.
`func.func @collatz_steps(%n: i64) -> i64` returns after how many steps it is at 1 for the first time.

For n = 1 that is 0. The result is -1 if n is less than 1, and also if a number on the way to 1 does
not fit i64, that is if it is greater than 9223372036854775807. n may be any i64, signed. No sequence
that the checks use takes more than 3000 steps. For example, collatz_steps(6) is 8.
"""

from collections.abc import Iterable

import numpy as np

from pytest_llmgen import Limits, MlirModule, Submission, challenge

HIGH = 2**63 - 1
LAST = (HIGH - 1) // 3
"""The last number that can be tripled and increased."""


def try_out(module: MlirModule) -> str | None:
    """The example of the task."""
    got = module.call("collatz_steps", 6)
    return None if got == 8 else f"collatz_steps(6) = {got}, expected 8"


pytestmark = challenge(target="mlir", tier="core", trial=try_out, limits=Limits(wall_s=2.0))


def expected(n: int) -> int:
    """The steps, with integers that have no end."""
    if n < 1:
        return -1
    steps = 0
    while n != 1:
        n = 3 * n + 1 if n % 2 else n // 2
        if n > HIGH:
            return -1
        steps += 1
    return steps


def check(module: MlirModule, numbers: Iterable[int]) -> None:
    """Compare with Python's integers."""
    rows = [(n,) for n in numbers]
    for (n,), got in zip(rows, module.call_rows("collatz_steps", rows), strict=True):
        wanted = expected(n)
        assert got == wanted, f"collatz_steps({n}) = {got}, expected {wanted}"


def test_small(submission: Submission[MlirModule]) -> None:
    """1, 2 and all up to 200, and the example."""
    module = submission.build()
    assert try_out(module) is None
    check(module, range(1, 201))


def test_long(submission: Submission[MlirModule], rng: np.random.Generator) -> None:
    """Sequences that leave 32 bits, and known long ones."""
    known = [77_031, 113_383, 837_799, 8_400_511, 63_728_127, 670_617_279, 9_780_657_630]
    check(submission.build(), [*known, *rng.integers(2**31, 2**40, size=50).tolist()])


def test_not_positive(submission: Submission[MlirModule]) -> None:
    """0 and negative numbers, the least among them: some of their sequences never end."""
    check(submission.build(), [0, -1, -2, -5, -17, -(2**31), -HIGH, -HIGH - 1])


def test_leaves_the_range(submission: Submission[MlirModule], rng: np.random.Generator) -> None:
    """Large numbers, most of which grow beyond the range, at once or after some steps."""
    numbers = [HIGH, HIGH - 1, HIGH - 2, 2**62 - 1, 2**62 + 1, 2**61 - 1, 2**60 - 1]
    numbers += rng.integers(2**61, 2**63, size=100).tolist()
    check(submission.build(), numbers)


def test_at_the_end_of_the_range(submission: Submission[MlirModule]) -> None:
    """The largest powers of 2, and numbers around the last that can be tripled: few come to 1."""
    numbers = [2**k for k in (31, 32, 33, 60, 61, 62)]
    numbers += [LAST + k for k in range(-300, 41)]
    numbers += [2 * (LAST + k) for k in range(-300, 41)]
    check(submission.build(), numbers)
