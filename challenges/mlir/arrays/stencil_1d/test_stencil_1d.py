"""Smooth an array: each element is weighted with its neighbours.

`func.func @smooth(%input: memref<?xf32>, %output: memref<?xf32>)` writes
0.25 * input[i - 1] + 0.5 * input[i] + 0.25 * input[i + 1] to output[i], for every i.

Beyond both ends the input is mirrored at its outermost elements, so that the missing neighbour is the
one on the other side: input[-1] means input[1], and of n elements input[n] means input[n - 2]. A single
element has no neighbours: output[0] is input[0]. Without elements nothing is written.

Both arrays have the same size, from 0 to 10000, and do not overlap. input stays as it is; output holds
arbitrary numbers before the call. The elements are whole numbers from -1000000 to 1000000, for which
f32 is exact in any order of operations. For example, [4, 8, 0] gives [6, 5, 4].
"""

import numpy as np
from numpy.typing import NDArray

from pytest_llmgen import MlirModule, Submission, challenge, compare

Floats = NDArray[np.float32]

SIZES = (0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 15, 16, 17, 31, 32, 33, 64, 100)


def expected(values: Floats) -> Floats:
    """NumPy's padding by reflection is the rule of the task."""
    if values.size < 2:
        return values.copy()
    wide = np.pad(values.astype("f8"), 1, mode="reflect")
    smooth: Floats = ((wide[:-2] + 2 * wide[1:-1] + wide[2:]) / 4).astype("f4")
    return smooth


def check(module: MlirModule, values: Floats, before: float = np.nan) -> None:
    """Compare the output with the reference, and the input with what it was."""
    what = f"{values.size} elements"
    after, output = module.call("smooth", values, np.full_like(values, before))
    compare(output, expected(values), signed_zeros=False, what=f"the output for {what}")
    compare(after, values, what=f"the input after the call with {what}")


def try_out(module: MlirModule) -> str | None:
    """The example of the task."""
    _, got = module.call("smooth", np.array([4, 8, 0], "f4"), np.zeros(3, "f4"))
    if got.tolist() == [6, 5, 4]:
        return None
    return f"[4, 8, 0] gives {got.tolist()}, expected [6, 5, 4]"


pytestmark = challenge(target="mlir", tier="arrays", trial=try_out)


def numbers(rng: np.random.Generator, n: int) -> Floats:
    """Fresh whole numbers."""
    return rng.integers(-1_000_000, 1_000_001, size=n).astype("f4")


def test_no_element_and_one(submission: Submission[MlirModule]) -> None:
    """No neighbours at all."""
    module = submission.build()
    check(module, np.array([], "f4"))
    for value in (7.0, -3.0, 0.0, 1e6):
        check(module, np.array([value], "f4"))


def test_two_and_three(submission: Submission[MlirModule], rng: np.random.Generator) -> None:
    """Both neighbours of an element are the same; and the example."""
    module = submission.build()
    assert try_out(module) is None
    for n in (2, 3):
        for row in [*np.eye(n, dtype="f4") * 4, numbers(rng, n)]:
            check(module, row)


def test_every_size(submission: Submission[MlirModule], rng: np.random.Generator) -> None:
    """Short arrays, into outputs that hold NaN or numbers."""
    module = submission.build()
    for n in SIZES:
        check(module, numbers(rng, n))
        check(module, numbers(rng, n), before=123.0)


def test_impulses(submission: Submission[MlirModule]) -> None:
    """A single element that is not zero, at each place of an array of 8."""
    module = submission.build()
    for row in np.eye(8, dtype="f4") * 4:
        check(module, row)


def test_large(submission: Submission[MlirModule], rng: np.random.Generator) -> None:
    """Large arrays of odd and even size."""
    module = submission.build()
    check(module, numbers(rng, 9_999))
    check(module, numbers(rng, 10_000))
