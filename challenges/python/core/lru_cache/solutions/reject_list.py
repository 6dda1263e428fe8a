# reject: test_constant_time timed_out - right, but searches a list
"""A list of pairs, the one used least recently first."""

from collections.abc import Hashable


class LRUCache:
    """A cache of at most `capacity` pairs."""

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._keys: list[Hashable] = []
        self._values: list[object] = []

    def get(self, key: Hashable, default: object = None) -> object:
        """The value of a key, which is used."""
        if key not in self._keys:
            return default
        index = self._keys.index(key)
        self._keys.append(self._keys.pop(index))
        self._values.append(self._values.pop(index))
        return self._values[-1]

    def put(self, key: Hashable, value: object) -> tuple[Hashable, object] | None:
        """Set a value; the pair that is dropped for it."""
        missing = object()
        if self.get(key, missing) is missing:
            self._keys.append(key)
            self._values.append(value)
        else:
            self._values[-1] = value
        if len(self._keys) <= self._capacity:
            return None
        return self._keys.pop(0), self._values.pop(0)

    def keys(self) -> list[Hashable]:
        """All keys, in order of use."""
        return list(self._keys)

    def __len__(self) -> int:
        return len(self._keys)


def count_hits(capacity: int, keys: list[int]) -> int:
    """How many keys were in the cache when they were asked for."""
    cache = LRUCache(capacity)
    hits = 0
    for key in keys:
        if cache.get(key, False):
            hits += 1
        else:
            cache.put(key, True)
    return hits
