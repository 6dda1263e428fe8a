# reject: test_use wrong_answer - listing the keys turns their order around
"""An ordered dict, the pair used least recently first."""

from collections import OrderedDict
from collections.abc import Hashable


class LRUCache:
    """A cache of at most `capacity` pairs."""

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._pairs: OrderedDict[Hashable, object] = OrderedDict()

    def get(self, key: Hashable, default: object = None) -> object:
        """The value of a key, which is used."""
        if key not in self._pairs:
            return default
        self._pairs.move_to_end(key)
        return self._pairs[key]

    def put(self, key: Hashable, value: object) -> tuple[Hashable, object] | None:
        """Set a value; the pair that is dropped for it."""
        self._pairs[key] = value
        self._pairs.move_to_end(key)
        return self._pairs.popitem(last=False) if len(self._pairs) > self._capacity else None

    def keys(self) -> list[Hashable]:
        """All keys, in order of use."""
        keys = list(self._pairs)
        for key in reversed(keys):
            self._pairs.move_to_end(key)
        return keys

    def __len__(self) -> int:
        return len(self._pairs)


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
