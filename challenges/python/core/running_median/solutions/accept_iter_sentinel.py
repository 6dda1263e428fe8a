"""Chains the pieces, and moves tops between two heaps until they are even."""

import heapq
from collections.abc import Callable, Iterator
from itertools import chain


def running_median(read: Callable[[], list[int] | None]) -> Iterator[int]:
    """The median of all numbers so far, for each number."""
    low: list[int] = []
    high: list[int] = []
    pieces = iter(read, None)
    for number in chain.from_iterable(piece for piece in pieces if piece is not None):
        if high and number > high[0]:
            heapq.heappush(high, number)
        else:
            heapq.heappush(low, -number)
        if len(low) > len(high) + 1:
            heapq.heappush(high, -heapq.heappop(low))
        elif len(high) > len(low):
            heapq.heappush(low, -heapq.heappop(high))
        yield -low[0] if len(low) > len(high) else (high[0] - low[0]) // 2
