"""Write `def running_median(read: Callable[[], list[int] | None]) -> Iterator[int]`.

It returns an iterator over the medians of a stream: for each number that comes in, in order, the
median of all numbers so far. `read()` gives the next piece of the stream, a list of integers of any
size, which may be empty; it gives None once, at the end of the stream, and must not be called again.

The median of an odd count of numbers is the one in the middle of their ascending order; of an even
count, it is half the sum of the two in the middle, rounded down towards minus infinity. For
example, the pieces [5, 2], [], [2, -8] and None give the medians 5, 3, 2, 2: the second is that of 2
and 5, the fourth that of -8, 2, 2, 5.

The stream may be endless, and each piece may arrive late. So `read` is first called when the first
median is asked for, and again only when a median is asked for after all medians of the pieces so
far have been taken; but then as often as pieces are empty. At the end the iterator stops. Several
iterators may be in use at once, each with a stream of its own.

A piece may have 100,000 numbers. The time for one number is at most logarithmic in the count of
numbers so far, apart from what it takes to move memory.
"""

import itertools
from collections.abc import Iterable

import numpy as np
import pytest

from pytest_llmgen import (
    Callback,
    Limits,
    PythonModule,
    PythonObject,
    Raised,
    Submission,
    challenge,
    compare,
    graded,
)

pytestmark = challenge(target="python", tier="core", limits=Limits(wall_s=1.5))

Piece = list[int]


def stream(pieces: Iterable[Piece | None]) -> Callback:
    """A function that gives one piece after the other; to call it after the last is a breach."""
    left = iter([*pieces])
    count = len([*pieces])
    return Callback(lambda: next(left), limit=count)


def median(numbers: list[int]) -> int:
    """The median of some numbers."""
    ordered = sorted(numbers)
    middle = len(ordered) // 2
    return (ordered[middle] + ordered[~middle]) // 2


def medians(pieces: Iterable[Piece]) -> list[int]:
    """The reference, on our side: everything is sorted again for each number."""
    numbers = [number for piece in pieces for number in piece]
    return [median(numbers[:count]) for count in range(1, len(numbers) + 1)]


def check(module: PythonModule, pieces: list[Piece]) -> None:
    """Take all medians of a stream that ends."""
    read = stream([*pieces, None])
    wanted = medians(pieces)
    got = module.call("running_median", read, take=len(wanted) + 2)
    compare(got, wanted, what=f"the medians of {pieces}")
    assert read.calls == len(pieces) + 1, f"{pieces}: the end of the stream was not read"


def test_example(submission: Submission[PythonModule]) -> None:
    """The example of the task."""
    read = stream([[5, 2], [], [2, -8], None])
    got = submission.build().call("running_median", read, take=9)
    compare(got, [5, 3, 2, 2], what="the medians of [5, 2], [], [2, -8]")


def test_short_streams(submission: Submission[PythonModule]) -> None:
    """Nothing at all, one number, and two, in every way to cut them into pieces."""
    module = submission.build()
    empty: list[list[Piece]] = [[], [[]], [[], []]]
    one = [[[7]], [[], [7]], [[7], []], [[0]], [[-1]]]
    two = [[[1, 2]], [[1], [2]], [[], [2], [], [1], []], [[2, 1]], [[1, 1]], [[-1, 0]], [[-2, -1]]]
    for pieces in (*empty, *one, *two):
        check(module, pieces)


def test_orders(submission: Submission[PythonModule]) -> None:
    """Rising, falling, equal, alternating, and back and forth around the middle."""
    module = submission.build()
    n = 31
    for numbers in (
        [*range(n)],
        [*range(n)][::-1],
        [4] * n,
        [*range(0, -n, -1)],
        [(-1) ** i * i for i in range(n)],
        [i % 3 for i in range(n)],
        [i * 17 % n for i in range(n)],
        [0] * 9 + [1] * 10 + [-1] * 12,
    ):
        check(module, [numbers])
        check(module, [[number] for number in numbers])


def test_random(submission: Submission[PythonModule], rng: np.random.Generator) -> None:
    """Fresh numbers of both signs, many of them equal, in pieces of random sizes."""
    module = submission.build()
    for width in (2, 10, 1000, 10**9):
        for count in (3, 50, 201):
            numbers = [int(number) for number in rng.integers(-width, width, size=count)]
            cuts = [0, *sorted(int(cut) for cut in rng.integers(0, count, size=count // 3)), count]
            check(module, [numbers[a:b] for a, b in itertools.pairwise(cuts)])


def test_large_numbers(submission: Submission[PythonModule], rng: np.random.Generator) -> None:
    """Sums beyond 64 bits, halves that floats cannot hold, and numbers beyond both."""
    module = submission.build()
    top = 2**63 - 1
    check(module, [[top, top - 2, -top - 1, -top, top, 0]])
    check(module, [[2**53, 2**53 + 1, 2**53 + 2, 2**53 + 4], [-(2**53) - 1, -(2**54) - 3]])
    check(module, [[10**400 + int(n) for n in rng.integers(0, 1000, size=40)]])


def open_stream(module: PythonModule, read: Callback) -> PythonObject:
    """The iterator, on the submission's side."""
    return module.create("running_median", read).create("__iter__")


def test_reads_late(submission: Submission[PythonModule], rng: np.random.Generator) -> None:
    """No piece is read before its first median is asked for; the stream never ends."""
    module = submission.build()
    pieces = [[int(n) for n in rng.integers(-99, 99, size=size)] for size in (1, 3, 0, 0, 2, 1, 1)]
    wanted = medians(pieces)
    reads_by_median = [1, 2, 2, 2, 5, 5, 6, 7]
    read = stream(pieces)
    iterator = open_stream(module, read)
    assert read.calls == 0, "it reads before a median is asked for"
    for number, (median, reads) in enumerate(zip(wanted, reads_by_median, strict=True)):
        compare(iterator.call("__next__"), median, what=f"median {number} of {pieces}")
        assert read.calls == reads, f"{read.calls} pieces read for {number + 1} medians of {pieces}"


def test_stops(submission: Submission[PythonModule]) -> None:
    """After the end the iterator stops, each time it is asked, and reads no more."""
    read = stream([[3], None])
    iterator = open_stream(submission.build(), read)
    compare(iterator.call("__next__"), 3, what="the median of 3")
    for _ in range(3):
        with pytest.raises(Raised) as caught:
            iterator.call("__next__")
        assert caught.value.kinds[0] == "StopIteration", f"it ends with {caught.value.kinds[0]}"
    assert read.calls == 2


def test_two_at_once(submission: Submission[PythonModule], rng: np.random.Generator) -> None:
    """Two iterators take turns, and keep their numbers apart."""
    module = submission.build()
    pieces = [[[int(n)] for n in rng.integers(-99, 99, size=9)] for _ in range(2)]
    iterators = [open_stream(module, stream(one)) for one in pieces]
    got: list[list[int]] = [[], []]
    for _ in range(9):
        for iterator, found in zip(iterators, got, strict=True):
            found.append(iterator.call("__next__"))
    for one, found in zip(pieces, got, strict=True):
        compare(found, medians(one), what=f"the medians of {one}")


@graded
def test_large_piece(submission: Submission[PythonModule], rng: np.random.Generator) -> None:
    """Fresh numbers in one large piece: to sort them each time takes minutes."""
    count = 60_000
    numbers = [int(number) << 40 for number in rng.permutation(count)]
    got = submission.build().call("running_median", stream([numbers]), take=count)
    assert len(got) == count, f"{len(got)} medians of {count} numbers"
    for n in (*range(1, 30), 9_999, 30_000, 45_001, count):
        compare(got[n - 1], median(numbers[:n]), what=f"the median of {n} numbers")
