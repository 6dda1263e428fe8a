# reject: test_keys_of_all_kinds wrong_answer - 1 and 1.0 are one key and have two texts
"""An ordered dict, the pair used least recently first."""

from collections import OrderedDict
from collections.abc import Hashable


class LRUCache:
    """A cache of at most `capacity` pairs."""

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._pairs: OrderedDict[str, tuple[Hashable, object]] = OrderedDict()

    def get(self, key: Hashable, default: object = None) -> object:
        """The value of a key, which is used."""
        if repr(key) not in self._pairs:
            return default
        self._pairs.move_to_end(repr(key))
        return self._pairs[repr(key)][1]

    def put(self, key: Hashable, value: object) -> tuple[Hashable, object] | None:
        """Set a value; the pair that is dropped for it."""
        self._pairs[repr(key)] = key, value
        self._pairs.move_to_end(repr(key))
        return self._pairs.popitem(last=False)[1] if len(self._pairs) > self._capacity else None

    def keys(self) -> list[Hashable]:
        """All keys, in order of use."""
        return [key for key, _ in self._pairs.values()]

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
