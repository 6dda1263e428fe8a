"""Find the greatest common divisor of two signed 64-bit integers.

`func.func @gcd(%a: i64, %b: i64) -> i64` returns the greatest number that divides both a and b.

a and b may be any i64; their signs do not matter, and the result is not negative, with one exception
below. gcd(0, a) = gcd(a, 0) is the absolute value of a, and gcd(0, 0) is 0. If the divisor is 2^63,
which does not fit (a and b are -9223372036854775808 both, or one of them is and the other is 0), the
result is -9223372036854775808. For example, gcd(12, -18) is 6.
"""

import itertools
import math
from collections.abc import Sequence

import numpy as np

from pytest_llmgen import Limits, MlirModule, Submission, challenge

LOW, HIGH = -(2**63), 2**63 - 1


def try_out(module: MlirModule) -> str | None:
    """The example of the task."""
    got = module.call("gcd", 12, -18)
    return None if got == 6 else f"gcd(12, -18) = {got}, expected 6"


pytestmark = challenge(target="mlir", tier="core", trial=try_out, limits=Limits(wall_s=2.0))


def check(module: MlirModule, pairs: Sequence[tuple[int, int]]) -> None:
    """Compare with `math.gcd`."""
    for (a, b), got in zip(pairs, module.call_rows("gcd", pairs), strict=True):
        divisor = math.gcd(a, b)
        wanted = divisor if divisor <= HIGH else LOW
        assert got == wanted, f"gcd({a}, {b}) = {got}, expected {wanted}"


def test_positive(submission: Submission[MlirModule]) -> None:
    """All pairs from 1 to 30, in either order."""
    check(submission.build(), list(itertools.product(range(1, 31), range(1, 31))))


def test_zeros(submission: Submission[MlirModule]) -> None:
    """Zero with zero, and with numbers of both signs, in either order."""
    values = [0, 1, 2, 12, -1, -12, 2**40, -(2**40), HIGH, -HIGH]
    check(submission.build(), [pair for a in values for pair in ((0, a), (a, 0))])


def test_signs(submission: Submission[MlirModule]) -> None:
    """All pairs from -12 to 12, and the example."""
    module = submission.build()
    assert try_out(module) is None
    check(module, list(itertools.product(range(-12, 13), range(-12, 13))))


def test_ends(submission: Submission[MlirModule]) -> None:
    """Both ends of the range with each other and with small and large numbers."""
    values = [LOW, LOW + 1, HIGH, HIGH - 1, -(2**62), 2**62, 3 * 2**61, -7 * 2**60, 2**32, -(2**31)]
    values += [-3, -2, -1, 0, 1, 2, 3, 6]
    check(submission.build(), list(itertools.product(values, values)))


def test_many_divisions(submission: Submission[MlirModule]) -> None:
    """Neighbours in the Fibonacci sequence take the most divisions; huge with small the most subtractions."""
    numbers = [0, 1]
    while numbers[-1] + numbers[-2] <= HIGH:
        numbers.append(numbers[-1] + numbers[-2])
    pairs = list(itertools.pairwise(numbers))
    check(submission.build(), [*pairs, *((b, -a) for a, b in pairs), (HIGH, 1), (2, HIGH - 1)])


def test_fresh(submission: Submission[MlirModule], rng: np.random.Generator) -> None:
    """Fresh multiples of fresh numbers, in all signs."""
    common = rng.integers(1, 2**31, size=200) >> rng.integers(0, 31, size=200)
    factors = rng.integers(-(2**31), 2**31, size=(2, 200))
    rows = zip(*(common * factors).tolist(), strict=True)
    check(submission.build(), [(a, b) for a, b in rows])
