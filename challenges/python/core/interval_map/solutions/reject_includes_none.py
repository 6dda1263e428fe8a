# reject: test_neighbours wrong_answer - shows intervals whose value was taken away
"""Where the value changes, in order, and the value from there on."""

from bisect import bisect_left, bisect_right


class IntervalMap:
    """A value for every integer."""

    def __init__(self) -> None:
        self._starts: list[int] = []
        self._values: list[str | None] = []

    def assign(self, low: int, high: int, value: str | None) -> None:
        """Replace all changes from low to high by at most two."""
        if low >= high:
            return
        before, after = self.get(low - 1), self.get(high)
        first, last = bisect_left(self._starts, low), bisect_right(self._starts, high)
        changes: list[tuple[int, str | None]] = []
        if value != before:
            changes.append((low, value))
        if value != after:
            changes.append((high, after))
        self._starts[first:last] = [start for start, _ in changes]
        self._values[first:last] = [one for _, one in changes]

    def get(self, key: int) -> str | None:
        """The value after the last change up to a key."""
        index = bisect_right(self._starts, key)
        return self._values[index - 1] if index else None

    def items(self) -> list[tuple[int, int, str | None]]:
        """The intervals between two changes that have a value."""
        return [
            (low, high, value)
            for low, high, value in zip(self._starts, self._starts[1:], self._values, strict=False)
        ]
