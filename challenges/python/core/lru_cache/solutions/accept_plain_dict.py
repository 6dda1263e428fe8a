"""A plain dict keeps the order in which its keys were put."""

from collections.abc import Hashable


class LRUCache:
    """A cache of at most `capacity` pairs."""

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._pairs: dict[Hashable, object] = {}

    def get(self, key: Hashable, default: object = None) -> object:
        """The value of a key, which is used."""
        if key not in self._pairs:
            return default
        value = self._pairs.pop(key)
        self._pairs[key] = value
        return value

    def put(self, key: Hashable, value: object) -> tuple[Hashable, object] | None:
        """Set a value; the pair that is dropped for it."""
        self._pairs.pop(key, None)
        self._pairs[key] = value
        if len(self._pairs) <= self._capacity:
            return None
        oldest = next(iter(self._pairs))
        return oldest, self._pairs.pop(oldest)

    def keys(self) -> list[Hashable]:
        """All keys, in order of use."""
        return [*self._pairs]

    def __len__(self) -> int:
        return len(self._pairs)


def count_hits(capacity: int, keys: list[int]) -> int:
    """How many keys were in the cache when they were asked for."""
    cache = LRUCache(capacity)
    hits = 0
    for key in keys:
        if cache.get(key) is None:
            cache.put(key, "here")
        else:
            hits += 1
    return hits
