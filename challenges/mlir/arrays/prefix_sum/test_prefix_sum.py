"""Running sums of 32-bit integers.

`func.func @prefix_sum(%values: memref<?xi32>, %sums: memref<?xi64>) -> i64` writes the sum of values[0]
to values[i], both included, to sums[i], for every i, and returns the sum of all values.

The values are signed, may be any i32, and are added as 64-bit integers. Both arrays have the same
size, from 0 to 10000; without elements nothing is written, and the result is 0. values stays as it is;
sums holds arbitrary numbers before the call. For example, [3, -1, 4] gives [3, 2, 6], and returns 6.
"""

import itertools

import numpy as np
from numpy.typing import NDArray

from pytest_llmgen import MlirModule, Submission, challenge, compare

Integers = NDArray[np.int32]

SIZES = (0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 100)
LOW, HIGH = -(2**31), 2**31 - 1


def check(module: MlirModule, values: Integers, before: int = 0x5A5A5A5A5A5A5A5A) -> None:
    """Compare all sums with those of Python's integers, and the values with what they were."""
    what = f"{values.size} elements"
    sums = np.array(list(itertools.accumulate(values.tolist())), "i8")
    total, after, got = module.call("prefix_sum", values, np.full(values.size, before, "i8"))
    compare(got, sums, what=f"the sums of {what}")
    assert total == sum(values.tolist()), f"{total} returned, expected {sum(values.tolist())}"
    compare(after, values, what=f"the values after the call with {what}")


def try_out(module: MlirModule) -> str | None:
    """The example of the task."""
    total, _, sums = module.call("prefix_sum", np.array([3, -1, 4], "i4"), np.zeros(3, "i8"))
    if (total, sums.tolist()) == (6, [3, 2, 6]):
        return None
    return f"[3, -1, 4] gives {sums.tolist()} and returns {total}, expected [3, 2, 6] and 6"


pytestmark = challenge(target="mlir", tier="arrays", trial=try_out)


def test_every_size(submission: Submission[MlirModule], rng: np.random.Generator) -> None:
    """Short arrays of small positive numbers."""
    module = submission.build()
    for n in SIZES:
        check(module, rng.integers(1, 1000, size=n, dtype="i4"))
        check(module, rng.integers(1, 1000, size=n, dtype="i4"), before=-1)


def test_negative(submission: Submission[MlirModule], rng: np.random.Generator) -> None:
    """Negative and mixed numbers, and the example."""
    module = submission.build()
    assert try_out(module) is None
    check(module, np.array([-1], "i4"))
    check(module, np.array([-5, 3, -7, 0, 9], "i4"))
    check(module, rng.integers(-1000, 1000, size=50, dtype="i4"))


def test_beyond_32_bits(submission: Submission[MlirModule]) -> None:
    """Sums that do not fit 32 bits, and come back into them."""
    module = submission.build()
    for row in ([HIGH, 1], [LOW, -1], [HIGH] * 5, [LOW] * 5, [HIGH, HIGH, LOW, LOW, 1, 1]):
        check(module, np.array(row, "i4"))


def test_large(submission: Submission[MlirModule], rng: np.random.Generator) -> None:
    """The largest size, with numbers of the whole range, and with the same one throughout."""
    module = submission.build()
    check(module, rng.integers(LOW, HIGH, size=10_000, dtype="i4", endpoint=True))
    check(module, np.full(10_000, LOW, "i4"))
