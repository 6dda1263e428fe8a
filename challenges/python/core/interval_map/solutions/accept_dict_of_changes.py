"""A dict from each integer where the value changes to the new value; merged when it is read."""


class IntervalMap:
    """A value for every integer."""

    def __init__(self) -> None:
        self._changes: dict[int, str | None] = {}

    def assign(self, low: int, high: int, value: str | None) -> None:
        """Forget the changes inside."""
        if low < high:
            after = self.get(high)
            kept = {at: one for at, one in self._changes.items() if not low <= at <= high}
            self._changes = {**kept, low: value, high: after}

    def get(self, key: int) -> str | None:
        """The value after the last change up to a key."""
        at = max((at for at in self._changes if at <= key), default=None)
        return None if at is None else self._changes[at]

    def items(self) -> list[tuple[int, int, str]]:
        """The intervals, each as long as it can be."""
        found: list[tuple[int, int, str]] = []
        start, current = 0, None
        for at in sorted(self._changes):
            if self._changes[at] == current:
                continue
            if current is not None:
                found.append((start, at, current))
            start, current = at, self._changes[at]
        return found
