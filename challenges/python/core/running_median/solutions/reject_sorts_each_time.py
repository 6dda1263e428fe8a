# reject: test_large_piece timed_out - right, but sorts everything for each number
"""Sorts all numbers so far."""

from collections.abc import Callable, Iterator


def running_median(read: Callable[[], list[int] | None]) -> Iterator[int]:
    """The median of all numbers so far, for each number."""
    numbers: list[int] = []
    while (piece := read()) is not None:
        for number in piece:
            numbers.append(number)
            ordered = sorted(numbers)
            middle = len(ordered) // 2
            yield (ordered[middle] + ordered[~middle]) // 2
