"""Count how often each small number occurs.

`func.func @histogram(%values: memref<?xi32>, %counts: memref<?xi64>) -> i64`: of an array counts with n
elements, each counts[k] becomes the number of values that are equal to k, for k from 0 to n - 1. The
result is the number of values that are counted nowhere, as they are less than 0 or not less than n.

The values are signed and may be any i32. Both sizes are from 0 to 10000 and need not be equal. values
stays as it is; counts holds arbitrary numbers before the call, which have no effect. For example, with
three counts, the values [2, 0, 2, -1, 3] give [1, 0, 2], and the result is 2.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from pytest_llmgen import MlirModule, Submission, challenge, compare

Integers = NDArray[np.integer]

LOW, HIGH = -(2**31), 2**31 - 1


def check(module: MlirModule, values: Sequence[int] | Integers, n: int, before: int = -7) -> None:
    """Compare the counts and the rest, and the values with what they were."""
    given = np.array(values, "i4")
    inside = given[(given >= 0) & (given < n)]
    what = f"{given.size} values and {n} counts"
    rest, after, counts = module.call("histogram", given, np.full(n, before, "i8"))
    compare(counts, np.bincount(inside, minlength=n).astype("i8"), what=f"the counts of {what}")
    wanted = given.size - inside.size
    assert rest == wanted, f"{rest} of {what} are outside, expected {wanted}"
    compare(after, given, what=f"the values after the call with {what}")


def try_out(module: MlirModule) -> str | None:
    """The example of the task."""
    rest, _, got = module.call("histogram", np.array([2, 0, 2, -1, 3], "i4"), np.zeros(3, "i8"))
    if (rest, got.tolist()) == (2, [1, 0, 2]):
        return None
    return f"the counts are {got.tolist()} and the result {rest}, expected [1, 0, 2] and 2"


pytestmark = challenge(target="mlir", tier="arrays", trial=try_out)


def test_inside(submission: Submission[MlirModule], rng: np.random.Generator) -> None:
    """Fresh values that are all counted, into counts that begin as 0."""
    module = submission.build()
    for size in (1, 2, 3, 7, 8, 9, 31, 32, 33, 100):
        for n in (1, 2, 5, 16):
            check(module, rng.integers(0, n, size=size), n, before=0)


def test_what_counts_held(submission: Submission[MlirModule], rng: np.random.Generator) -> None:
    """Counts are overwritten, also where nothing is counted."""
    module = submission.build()
    check(module, [], 4)
    check(module, [1, 1], 3, before=2**62)
    check(module, rng.integers(0, 9, size=20), 9)


def test_negative(submission: Submission[MlirModule]) -> None:
    """Values below 0 are counted nowhere; and the example."""
    module = submission.build()
    assert try_out(module) is None
    for value in (-1, -2, -3, -4, -255, -256, -65536, LOW, LOW + 1):
        check(module, [value, 0, value, 2], 3)


def test_too_large(submission: Submission[MlirModule]) -> None:
    """Values at and above the number of counts are counted nowhere."""
    module = submission.build()
    for n in (1, 2, 3, 8, 33):
        check(module, [n - 1, n, n + 1, 0, n, HIGH, 256 + n - 1, 65536], n)


def test_no_counts(submission: Submission[MlirModule]) -> None:
    """With no counts every value is outside."""
    module = submission.build()
    check(module, [], 0)
    check(module, [0], 0)
    check(module, [-1, 0, 1, HIGH, LOW], 0)


def test_ends(submission: Submission[MlirModule]) -> None:
    """The ends of i32, beside values that are counted."""
    check(submission.build(), [HIGH, LOW, HIGH - 1, LOW + 1, 0, 1, 2, -1, 3], 3)


def test_large(submission: Submission[MlirModule], rng: np.random.Generator) -> None:
    """The largest sizes: many values in few counts, and few in many."""
    module = submission.build()
    check(module, rng.integers(-50, 300, size=10_000), 256)
    check(module, rng.integers(0, 10_000, size=10_000), 10_000)
    check(module, [0] * 10_000, 1)
