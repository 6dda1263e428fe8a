"""Measure the longest strictly increasing subsequence.

Write `size_t lis_length(const std::vector<int>& values)`, the largest number of elements that can be
chosen from values, in their order and not necessarily side by side, such that each is larger than
the one chosen before it. For example, it is 3 for {5, 1, 4, 4, 2, 9}, with 1, 4, 9; for no values it is 0.

The values are any int. There are up to 500000 of them.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from pytest_llmgen import CppLibrary, CppOptions, Limits, Submission, challenge, graded

Values = NDArray[np.int32]

LOW, HIGH = -(2**31), 2**31 - 1
EXAMPLE = np.array([5, 1, 4, 4, 2, 9], np.int32)


def try_out(library: CppLibrary) -> str | None:
    """The example of the task."""
    got = library.call("lis_length", EXAMPLE)
    return None if got == 3 else f"the example gives {got}, expected 3"


pytestmark = challenge(
    target="cpp",
    tier="core",
    limits=Limits(wall_s=2.0),
    cpp=CppOptions(body=True),
    trial=try_out,
)


def longest(values: Values) -> int:
    """For each element the longest that ends there, from those that end before it."""
    lengths = np.zeros(values.size, int)
    for i, value in enumerate(values):
        lengths[i] = 1 + lengths[:i][values[:i] < value].max(initial=0)
    return int(lengths.max(initial=0))


def check(library: CppLibrary, inputs: Sequence[Values]) -> None:
    """Compare with the longest, exactly; what the values are does not change."""
    results = library.call_rows("lis_length", [(values,) for values in inputs])
    for values, got in zip(inputs, results, strict=True):
        expected = longest(values)
        assert got == expected, f"of {values[:12]}: {got}, expected {expected}"


def arrays(*inputs: Sequence[int]) -> list[Values]:
    """Each as an array."""
    return [np.array(values, np.int32) for values in inputs]


def stairs(rng: np.random.Generator, steps: int, height: int) -> Values:
    """Blocks of `height` values, each block above the one before and falling within itself.

    A subsequence that increases has one element of a block at most, so the longest has `steps`.
    """
    values = np.sort(rng.choice(2**31, steps * height, replace=False)) * 2 + LOW
    return values.reshape(steps, height)[:, ::-1].reshape(-1).astype(np.int32)


def test_small(submission: Submission[CppLibrary]) -> None:
    """No value, one, two, rising, falling, and the example."""
    library = submission.build()
    assert try_out(library) is None
    check(library, arrays([], [7], [1, 2], [2, 1], [], range(30), range(30, 0, -1)))


def test_equal_values(submission: Submission[CppLibrary]) -> None:
    """Equal ones do not increase, wherever they stand."""
    check(
        submission.build(),
        arrays([4] * 20, [1, 1, 2, 2, 3, 3], [3, 1, 3, 1, 3], [2, 3, 2, 3, 1, 2]),
    )


def test_all_ints(submission: Submission[CppLibrary], rng: np.random.Generator) -> None:
    """Negative values, both ends of int, and differences beyond it."""
    ends = [LOW, HIGH, LOW + 1, -1, HIGH - 1, 0, LOW, HIGH]
    inputs = arrays([LOW], [HIGH], ends, ends[::-1], [LOW, LOW], [-5, -3, -4, -1], [-3, -7, -5, -9])
    fresh = rng.integers(LOW, HIGH, size=(20, 25), dtype=np.int32, endpoint=True)
    check(submission.build(), [*inputs, *fresh])


def test_not_side_by_side(submission: Submission[CppLibrary]) -> None:
    """Where the first, the smallest or the largest value is of no use, or a run is not enough."""
    inputs = arrays(
        [10, 1, 2, 3],
        [1, 9, 2, 3, 4],
        [3, 4, 1, 2, 5, 0],
        [2, 6, 3, 7, 4, 8, 5],
        [0, 8, 4, 12, 2, 10],
    )
    check(submission.build(), [*inputs, *arrays([7, 8, 1, 2, 3, 9], [5, 6, 7, 1, 2])])


def test_fresh(submission: Submission[CppLibrary], rng: np.random.Generator) -> None:
    """Fresh values, from a few different ones to hardly any equal, on one library."""
    inputs = [
        rng.integers(-span, span, size=n, dtype=np.int32, endpoint=True)
        for span in (1, 4, 20, 10_000)
        for n in rng.integers(0, 40, size=25).tolist()
    ]
    check(submission.build(), [*inputs, rng.permutation(1001).astype(np.int32)])


def test_many(submission: Submission[CppLibrary], rng: np.random.Generator) -> None:
    """As many values as the task allows: falling, rising, and in blocks."""
    library = submission.build()
    for steps, height in ((1, 500_000), (500_000, 1), (500, 1000), (100_000, 5)):
        values = stairs(rng, steps, height)
        got = library.call("lis_length", values)
        assert got == steps, f"{steps} blocks of {height} falling values: {got}, expected {steps}"


@graded
def test_no_undefined_behaviour(
    submission: Submission[CppLibrary], rng: np.random.Generator
) -> None:
    """No values, few, and some hundred, under sanitizers."""
    inputs = arrays([], [0], [LOW, HIGH], [HIGH, LOW], range(100), range(100, 0, -1), [3] * 50)
    fresh = [rng.integers(LOW, HIGH, size=n, dtype=np.int32) for n in (2, 3, 64, 301)]
    check(submission.build().sanitized(), [*inputs, *fresh])
