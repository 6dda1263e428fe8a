"""A dict of nodes in a doubly linked ring, whose root stands between the youngest and the oldest."""

from collections.abc import Hashable


class Node:
    """A pair, and its neighbours in order of use."""

    __slots__ = ("key", "newer", "older", "value")

    def __init__(self, key: Hashable = None, value: object = None) -> None:
        self.key = key
        self.value = value
        self.older = self.newer = self

    def unlink(self) -> None:
        """Take it out of the ring."""
        self.older.newer = self.newer
        self.newer.older = self.older

    def link_before(self, node: "Node") -> None:
        """Put it into the ring, older than another."""
        self.older, self.newer = node.older, node
        self.older.newer = self.newer.older = self


class LRUCache:
    """A cache of at most `capacity` pairs."""

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._nodes: dict[Hashable, Node] = {}
        self._root = Node()

    def get(self, key: Hashable, default: object = None) -> object:
        """The value of a key, which is used."""
        node = self._nodes.get(key)
        if node is None:
            return default
        node.unlink()
        node.link_before(self._root)
        return node.value

    def put(self, key: Hashable, value: object) -> tuple[Hashable, object] | None:
        """Set a value; the pair that is dropped for it."""
        node = self._nodes.get(key)
        if node is None:
            node = self._nodes[key] = Node(key)
        else:
            node.unlink()
        node.value = value
        node.link_before(self._root)
        if len(self._nodes) <= self._capacity:
            return None
        oldest = self._root.newer
        oldest.unlink()
        del self._nodes[oldest.key]
        return oldest.key, oldest.value

    def keys(self) -> list[Hashable]:
        """All keys, in order of use."""
        found = []
        node = self._root.newer
        while node is not self._root:
            found.append(node.key)
            node = node.newer
        return found

    def __len__(self) -> int:
        return len(self._nodes)


def count_hits(capacity: int, keys: list[int]) -> int:
    """How many keys were in the cache when they were asked for."""
    cache = LRUCache(capacity)
    missing = object()
    hits = 0
    for key in keys:
        if cache.get(key, missing) is missing:
            cache.put(key, None)
        else:
            hits += 1
    return hits
