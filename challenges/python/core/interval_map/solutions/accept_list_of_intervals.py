"""A sorted list of intervals, rebuilt by every assignment."""


class IntervalMap:
    """A value for every integer."""

    def __init__(self) -> None:
        self._items: list[tuple[int, int, str]] = []

    def assign(self, low: int, high: int, value: str | None) -> None:
        """Cut the intervals off at low and high, and put the new one between."""
        if low >= high:
            return
        pieces = [piece for item in self._items for piece in _outside(item, low, high)]
        if value is not None:
            pieces.append((low, high, value))
        self._items = []
        for start, end, one in sorted(pieces):
            if self._items and self._items[-1][1:] == (start, one):
                start = self._items.pop()[0]  # noqa: PLW2901 - grows to the left
            self._items.append((start, end, one))

    def get(self, key: int) -> str | None:
        """The value of the interval that holds a key."""
        return next((value for low, high, value in self._items if low <= key < high), None)

    def items(self) -> list[tuple[int, int, str]]:
        """The intervals."""
        return list(self._items)


def _outside(item: tuple[int, int, str], low: int, high: int) -> list[tuple[int, int, str]]:
    start, end, value = item
    parts = [(start, min(end, low), value), (max(start, high), end, value)]
    return [part for part in parts if part[0] < part[1]]
