# reject: test_long_intervals out_of_memory - keeps every single integer
"""A dict from each integer to its value."""


class IntervalMap:
    """A value for every integer."""

    def __init__(self) -> None:
        self._values: dict[int, str] = {}

    def assign(self, low: int, high: int, value: str | None) -> None:
        """Set one integer after the other."""
        key = low
        while key < high:
            if value is None:
                self._values.pop(key, None)
            else:
                self._values[key] = value
            key += 1

    def get(self, key: int) -> str | None:
        """The value of a key."""
        return self._values.get(key)

    def items(self) -> list[tuple[int, int, str]]:
        """Neighbours with equal values, put together."""
        found: list[tuple[int, int, str]] = []
        for key in sorted(self._values):
            low, value = key, self._values[key]
            if found and found[-1][1:] == (key, value):
                low = found.pop()[0]
            found.append((low, key + 1, value))
        return found
