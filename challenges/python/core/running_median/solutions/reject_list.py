# reject: test_reads_late rule_broken - returns a list, after everything is read
"""The lower half in a heap whose top is its largest, the upper half in one whose top is its least."""

from collections.abc import Callable
from heapq import heappush, heappushpop


def running_median(read: Callable[[], list[int] | None]) -> list[int]:
    """The median of all numbers so far, for each number."""
    lower: list[int] = []  # negated; as many as in the upper half, or one more
    upper: list[int] = []
    medians: list[int] = []
    while (piece := read()) is not None:
        for number in piece:
            if len(lower) == len(upper):
                heappush(lower, -heappushpop(upper, number))
                medians.append(-lower[0])
            else:
                heappush(upper, -heappushpop(lower, -number))
                medians.append((upper[0] - lower[0]) // 2)
    return medians
