"""Sum products of 64-bit integers, and notice overflow.

Given `struct Dot { bool overflow; int64_t value; };`, write
`Dot checked_dot(const std::vector<int64_t>& a, const std::vector<int64_t>& b)`, the sum of the
products a[i] * b[i], as integers without any limit have it.

Where that sum is within the range of int64_t, overflow is false and value is the sum, even if some
of the products or partial sums are far outside. Where it is not, overflow is true and value is
the end of the range that is nearer: INT64_MAX or INT64_MIN. For example, {4, 5} and {INT64_MAX, 1}
give overflow and INT64_MAX, {2, -2} and {INT64_MAX, INT64_MAX} give 0 without overflow.

a and b have the same length, from 0 to 100000; no elements give 0. The elements are any int64_t.
"""

import itertools
from collections.abc import Sequence

import numpy as np

from pytest_llmgen import CppLibrary, Submission, challenge, graded

Row = tuple[list[int], list[int]]

LOW, HIGH = -(2**63), 2**63 - 1
EXAMPLES = {(True, HIGH): ([4, 5], [HIGH, 1]), (False, 0): ([2, -2], [HIGH, HIGH])}


def try_out(library: CppLibrary) -> str | None:
    """The examples of the task."""
    for expected, row in EXAMPLES.items():
        if (got := library.call("checked_dot", *row)) != expected:
            return f"checked_dot{row} = {tuple(got)}, expected {expected}"
    return None


pytestmark = challenge(target="cpp", tier="core", trial=try_out)


def check(library: CppLibrary, rows: Sequence[Row]) -> None:
    """Compare with the integers of Python, exactly."""
    for (a, b), got in zip(rows, library.call_rows("checked_dot", rows), strict=True):
        total = sum(x * y for x, y in zip(a, b, strict=True))
        expected = (not LOW <= total <= HIGH, min(max(total, LOW), HIGH))
        assert got == expected, (
            f"{len(a)} elements, a = {a[:4]}, b = {b[:4]}: {tuple(got)}, expected {expected}"
        )


def completed(total: int, a: list[int], b: list[int]) -> Row:
    """Append elements, so that the sum of all products is `total`."""
    rest = total - sum(x * y for x, y in zip(a, b, strict=True))
    while rest:
        x = HIGH if rest > 0 else LOW + 1
        y = min(abs(rest) // HIGH, HIGH)
        x, y = (x, y) if y else (rest, 1)
        a, b, rest = [*a, x], [*b, y], rest - x * y
    return a, b


def full_range(rng: np.random.Generator, count: int) -> list[int]:
    """Fresh numbers of all magnitudes, in both signs."""
    bits = rng.integers(LOW, HIGH, size=count, endpoint=True).tolist()
    return [n >> k for n, k in zip(bits, rng.integers(0, 64, size=count).tolist(), strict=True)]


def test_small(submission: Submission[CppLibrary], rng: np.random.Generator) -> None:
    """Sums that fit with ease, of no element, one and more, on one library."""
    small = rng.integers(-(2**20), 2**20, size=(2, 40)).tolist()
    rows = [(small[0][:n], small[1][:n]) for n in (0, 1, 2, 3, 0, 17, 40)]
    check(submission.build(), [*rows, ([2**31], [2**31]), ([-1, 3], [2**40, 2**35])])


def test_ends(submission: Submission[CppLibrary]) -> None:
    """One product, or two, within 2 of an end of the range; and the farthest products; the examples."""
    rows: list[Row] = [
        ([x], [y]) for x, y in itertools.product((LOW, LOW + 1, -1, 1, HIGH), repeat=2)
    ]
    rows += [([end, off], [1, 1]) for end in (LOW, HIGH) for off in (-2, -1, 0, 1, 2)]
    rows += [([2**32, off], [2**31, 1]) for off in (-1, 0)]
    rows += [([2**32, off], [-(2**31), 1]) for off in (-1, 0, 1)]
    library = submission.build()
    assert try_out(library) is None
    check(library, rows)


def test_products_cancel(submission: Submission[CppLibrary], rng: np.random.Generator) -> None:
    """Products and partial sums are outside, the sum is around both ends, or is zero."""
    rows = []
    for total in (LOW - 1, LOW, LOW + 1, -1, 0, 1, HIGH - 1, HIGH, HIGH + 1, 2**64, -(2**64)):
        a, b = completed(total, full_range(rng, 7), full_range(rng, 7))
        rows += [(a, b), (b[::-1], a[::-1])]
    check(submission.build(), [*rows, ([HIGH, -HIGH, 5], [3, 3, 1]), ([LOW, LOW], [LOW, HIGH])])


def test_beyond_128_bits(submission: Submission[CppLibrary]) -> None:
    """Partial sums that no type of the compiler holds, and a sum that fits, or just does not."""
    rows = []
    for count in (2, 3, 4, 9, 1000):
        for total in (LOW - 1, LOW, -7, 0, HIGH, HIGH + 1):
            a, b = completed(total, [LOW] * count, [LOW] * count)
            rows += [(a, b), completed(total, [HIGH] * 2 * count, [LOW] * 2 * count)]
        rows += [([LOW] * count, [LOW] * count), ([LOW] * count, [HIGH] * count)]
    check(submission.build(), rows)


def test_fresh(submission: Submission[CppLibrary], rng: np.random.Generator) -> None:
    """Fresh numbers of all magnitudes, and of 31 bits, up to the largest size."""
    rows = [(full_range(rng, n), full_range(rng, n)) for n in (1, 2, 3, 5, 8) for _ in range(20)]
    large = rng.integers(-(2**31), 2**31, size=(2, 100_000)).tolist()
    check(submission.build(), [*rows, (large[0], large[1])])


@graded
def test_no_undefined_behaviour(
    submission: Submission[CppLibrary], rng: np.random.Generator
) -> None:
    """Sums that fit and sums that do not, under sanitizers."""
    rows: list[Row] = [([], []), ([LOW], [-1]), ([HIGH, 1], [1, 1]), ([LOW] * 5, [LOW] * 5)]
    rows += [(full_range(rng, n), full_range(rng, n)) for n in (1, 2, 3, 8) for _ in range(9)]
    rows += [completed(total, [LOW] * 9, [LOW] * 9) for total in (LOW, -1, 0, HIGH)]
    check(submission.build().sanitized(), [*rows, ([1, -2, 3], [4, 5, -6])])
