# reject: test_reads_late wrong_answer - reads the next piece before the medians of this one are taken
"""The lower half in a heap whose top is its largest, the upper half in one whose top is its least."""

from collections.abc import Callable, Iterator
from heapq import heappush, heappushpop


def running_median(read: Callable[[], list[int] | None]) -> Iterator[int]:
    """The median of all numbers so far, for each number."""
    lower: list[int] = []  # negated; as many as in the upper half, or one more
    upper: list[int] = []
    following = read()
    while (piece := following) is not None:
        following = read()
        for number in piece:
            if len(lower) == len(upper):
                heappush(lower, -heappushpop(upper, number))
                yield -lower[0]
            else:
                heappush(upper, -heappushpop(lower, -number))
                yield (upper[0] - lower[0]) // 2
