# reject: test_stops rule_broken - reads again after the end
"""An iterator that keeps all numbers sorted."""

from bisect import insort
from collections.abc import Callable, Iterator


class Medians:
    """Medians of a stream."""

    def __init__(self, read: Callable[[], list[int] | None]) -> None:
        self._read = read
        self._waiting: list[int] = []
        self._numbers: list[int] = []

    def __iter__(self) -> Iterator[int]:
        return self

    def __next__(self) -> int:
        while not self._waiting:
            piece = self._read()
            if piece is None:
                raise StopIteration
            self._waiting = piece[::-1]
        insort(self._numbers, self._waiting.pop())
        middle = len(self._numbers) // 2
        return (self._numbers[middle] + self._numbers[~middle]) >> 1


def running_median(read: Callable[[], list[int] | None]) -> Iterator[int]:
    """The median of all numbers so far, for each number."""
    return Medians(read)
