"""Merge half-open intervals of integers.

Given `struct Interval { int64_t lo; int64_t hi; };`, which stands for the integers x with
lo <= x < hi, write
`std::vector<Interval> merge_intervals(const std::vector<Interval>& intervals)`.

It returns the fewest intervals that together hold exactly the integers which the given ones hold,
in ascending order. So intervals that overlap or touch become one: of {8, 9}, {1, 3}, {3, 5} and
{2, 4}, in this order, it makes {1, 5} and {8, 9}. An interval with lo == hi holds no integer.

There are 0 to 200000 intervals, in any order, and some may be equal. lo <= hi always; both may be
anywhere in the range of int64_t.
"""

from collections.abc import Sequence

import numpy as np

from pytest_llmgen import CppLibrary, Limits, Submission, challenge, graded

Interval = tuple[int, int]

EXAMPLE = [(8, 9), (1, 3), (3, 5), (2, 4)]
LOW, HIGH = -(2**63), 2**63 - 1


def try_out(library: CppLibrary) -> str | None:
    """The example of the task."""
    got = list(map(tuple, library.call("merge_intervals", EXAMPLE)))
    return None if got == [(1, 5), (8, 9)] else f"the example gives {got}"


pytestmark = challenge(target="cpp", tier="core", limits=Limits(wall_s=2.0), trial=try_out)


def merged(intervals: Sequence[Interval]) -> list[Interval]:
    """Walk over all ends, counting how many intervals hold what follows."""
    steps: dict[int, int] = {}
    for lo, hi in intervals:
        steps[lo] = steps.get(lo, 0) + 1
        steps[hi] = steps.get(hi, 0) - 1
    result, depth, start = [], 0, 0
    for place in sorted(steps):
        before, depth = depth, depth + steps[place]
        if before == 0:
            start = place
        if before > 0 and depth == 0:
            result.append((start, place))
    return result


def check(library: CppLibrary, inputs: Sequence[Sequence[Interval]]) -> None:
    """Compare with the walk, exactly."""
    results = library.call_rows("merge_intervals", [(intervals,) for intervals in inputs])
    for intervals, got in zip(inputs, results, strict=True):
        expected = merged(intervals)
        assert len(got) == len(expected), f"{intervals[:9]}: {len(got)} of {len(expected)}"
        for i, (one, wanted) in enumerate(zip(got, expected, strict=True)):
            assert one == wanted, f"{intervals[:9]}: [{i}] is {tuple(one)}, expected {wanted}"


def fresh(rng: np.random.Generator, count: int, span: int, longest: int) -> list[Interval]:
    """Intervals of 0 to `longest` integers that begin from 0 to `span`."""
    starts = rng.integers(0, span, size=count, endpoint=True).tolist()
    lengths = rng.integers(0, longest, size=count, endpoint=True).tolist()
    return [(lo, lo + length) for lo, length in zip(starts, lengths, strict=True)]


def test_empty(submission: Submission[CppLibrary]) -> None:
    """No interval at all, and intervals that hold nothing."""
    check(
        submission.build(),
        [[], [(5, 5)], [(LOW, LOW)], [(7, 7), (7, 7), (0, 0)], [(3, 3), (4, 6), (9, 9)]],
    )


def test_touching(submission: Submission[CppLibrary]) -> None:
    """The example; intervals that touch, and others with one integer between them."""
    cases = [
        [(1, 3), (3, 5)],
        [(1, 3), (4, 5)],
        [(4, 5), (1, 3), (3, 3)],
        [(-1, 0), (0, 1)],
    ]
    library = submission.build()
    assert try_out(library) is None
    check(library, [*cases, [(i, i + 1) for i in range(9, -9, -1)]])


def test_nested(submission: Submission[CppLibrary]) -> None:
    """One within another, equal ones, and equal starts, in either order."""
    cases = [[(0, 9), (2, 4)], [(0, 9), (2, 4), (5, 12)], [(2, 4), (2, 7), (2, 3)], [(1, 2)] * 40]
    check(submission.build(), [*cases, *(case[::-1] for case in cases)])


def test_extremes(submission: Submission[CppLibrary]) -> None:
    """Both ends of int64_t, and intervals longer than its largest value."""
    cases = [
        [(LOW, HIGH)],
        [(HIGH - 1, HIGH), (LOW, LOW + 1)],
        [(0, HIGH), (LOW, 0)],
        [(HIGH - 3, HIGH), (LOW, -1), (5, HIGH - 4), (HIGH, HIGH)],
        [(2**32, 2**32 + 1), (1, 2), (2**31, 2**31 + 1), (-(2**40), -(2**33))],
    ]
    check(submission.build(), cases)


def test_fresh(submission: Submission[CppLibrary], rng: np.random.Generator) -> None:
    """Short and crowded, so that every way to overlap occurs, on one library."""
    cases = [fresh(rng, int(n), 30, 4) for n in rng.integers(0, 12, size=300)]
    check(submission.build(), [*cases, fresh(rng, 1001, 10_000, 9)])


def test_many(submission: Submission[CppLibrary], rng: np.random.Generator) -> None:
    """As many as the task allows, in fresh order; of them, thousands remain."""
    check(submission.build(), [fresh(rng, 200_000, 10**9, 15_000)])


@graded
def test_no_undefined_behaviour(
    submission: Submission[CppLibrary], rng: np.random.Generator
) -> None:
    """Empty, extreme and equal ones under sanitizers."""
    ends = [(HIGH, HIGH), (LOW, LOW + 1), (1, HIGH - 1), (LOW, -5), (HIGH - 3, HIGH)]
    inputs = [[], [(1, 1)], ends, ends[::-1], [(LOW, HIGH)], [(LOW, LOW + 2), (HIGH - 1, HIGH)]]
    check(submission.build().sanitized(), [*inputs, [(2, 3)] * 50, fresh(rng, 301, 900, 3)])
