# reject: test_example wrong_answer - of an even count, takes the lower one in the middle
"""The lower half in a heap whose top is its largest, the upper half in one whose top is its least."""

from collections.abc import Callable, Iterator
from heapq import heappush, heappushpop


def running_median(read: Callable[[], list[int] | None]) -> Iterator[int]:
    """The median of all numbers so far, for each number."""
    lower: list[int] = []  # negated; as many as in the upper half, or one more
    upper: list[int] = []
    while (piece := read()) is not None:
        for number in piece:
            if len(lower) == len(upper):
                heappush(lower, -heappushpop(upper, number))
                yield -lower[0]
            else:
                heappush(upper, -heappushpop(lower, -number))
                yield -lower[0]
