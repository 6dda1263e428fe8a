# reject: test_long_intervals wrong_answer - infinity and floats round large integers
"""Where the value changes, in order, in arrays of NumPy."""

import numpy as np


class IntervalMap:
    """A value for every integer."""

    def __init__(self) -> None:
        self._starts = np.array([-np.inf])
        self._values: list[str | None] = [None]

    def assign(self, low: int, high: int, value: str | None) -> None:
        """Replace all changes from low to high by two."""
        if low >= high:
            return
        after = self.get(high)
        first = int(np.searchsorted(self._starts, float(low)))
        last = int(np.searchsorted(self._starts, float(high), "right"))
        self._starts = np.concatenate(
            [self._starts[:first], [float(low), float(high)], self._starts[last:]]
        )
        self._values[first:last] = [value, after]

    def get(self, key: int) -> str | None:
        """The value after the last change up to a key."""
        return self._values[int(np.searchsorted(self._starts, float(key), "right")) - 1]

    def items(self) -> list[tuple[int, int, str]]:
        """The intervals, each as long as it can be."""
        found: list[tuple[int, int, str]] = []
        for low, high, value in zip(
            self._starts[1:], self._starts[2:], self._values[1:], strict=False
        ):
            start = int(low)
            if value is None:
                continue
            if found and found[-1][1:] == (start, value):
                start = found.pop()[0]
            found.append((start, int(high), value))
        return found
