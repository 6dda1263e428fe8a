"""Write a cache that drops the pair that was used least recently when it is full.

```python
class LRUCache:
    def __init__(self, capacity: int) -> None: ...
    def get(self, key: Hashable, default: object = None) -> object: ...
    def put(self, key: Hashable, value: object) -> tuple[Hashable, object] | None: ...
    def keys(self) -> list[Hashable]: ...
    def __len__(self) -> int: ...

def count_hits(capacity: int, keys: list[int]) -> int: ...
```

The cache holds at most `capacity` pairs of a key and a value; capacities are 0 or more. Two keys are
the same if they are equal, as in a dict: 1 and 1.0 are. Keys may be of any hashable type, None
included, and values of any type, None included; a cache may hold keys of several types.

- `get` returns the value of a key, and `default` if the cache does not hold the key. Getting a key
  that is there uses it; asking for another one changes nothing.
- `put` sets the value of a key, whether or not the cache holds it already, and uses it. If the cache
  then holds more than `capacity` pairs, the pair that was used least recently is dropped and
  returned; otherwise the result is None. With capacity 0 that is always the new pair itself.
- `keys` returns all keys, the one used least recently first. It uses none of them.
- `len(cache)` is the number of pairs.

Each cache is independent of all others. For example, with capacity 2, after put("a", 1),
put("b", 2) and get("a"), the call put("c", 3) returns ("b", 2), and keys() is then ["a", "c"].

`count_hits` asks an empty cache of that capacity for each of the keys in turn, and puts those that
are not there. It returns how many were there. `keys` stays as it is.

An operation on the cache takes the same time however many pairs it holds, but for `keys`. There are
up to 200,000 keys and capacities up to 100,000.
"""

from collections.abc import Hashable, Iterable
from typing import Any

import numpy as np

from pytest_llmgen import (
    Limits,
    PythonModule,
    PythonObject,
    Submission,
    challenge,
    compare,
    graded,
)

pytestmark = challenge(target="python", tier="core", limits=Limits(wall_s=1.5))

Operation = tuple[Any, ...]


class Expected:
    """The reference, on our side: a list, the pair used least recently first."""

    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self.pairs: list[tuple[Hashable, object]] = []

    def get(self, key: Hashable, default: object = None) -> object:
        """Move a pair to the end."""
        for pair in self.pairs:
            if pair[0] == key:
                self.pairs.remove(pair)
                self.pairs.append(pair)
                return pair[1]
        return default

    def put(self, key: Hashable, value: object) -> tuple[Hashable, object] | None:
        """Take it out, put it at the end, and drop the first if there are too many."""
        self.pairs = [*(pair for pair in self.pairs if pair[0] != key), (key, value)]
        return self.pairs.pop(0) if len(self.pairs) > self.capacity else None

    def keys(self) -> list[Hashable]:
        """All keys, in order of use."""
        return [key for key, _ in self.pairs]

    def __len__(self) -> int:
        return len(self.pairs)


def check(cache: PythonObject, expected: Expected, operations: Iterable[Operation]) -> None:
    """Do the same with both, and compare all that can be seen after each operation."""
    done: list[str] = []
    for name, *arguments in operations:
        done.append(f"{name}({', '.join(map(repr, arguments))})")
        what = f"capacity {expected.capacity}, after {', '.join(done[-8:])}"
        got, wanted = cache.call(name, *arguments), getattr(expected, name)(*arguments)
        compare(got, wanted, what=f"{name}: {what}")
        compare(cache.call("keys"), expected.keys(), what=f"keys: {what}")
    compare(cache.call("__len__"), len(expected), what=f"len: {what}")


def random_operations(rng: np.random.Generator, count: int, keys: int) -> list[Operation]:
    """Reads and writes of a few keys; values tell one write from another."""
    return [
        ("put", int(key), number) if write else ("get", int(key), -1)
        for number, (key, write) in enumerate(
            zip(rng.integers(keys, size=count), rng.random(count) < 0.6, strict=True)
        )
    ]


def test_example(submission: Submission[PythonModule]) -> None:
    """The example of the task."""
    cache = submission.build().create("LRUCache", 2)
    assert cache.call("put", "a", 1) is None
    assert cache.call("put", "b", 2) is None
    assert cache.call("get", "a") == 1
    compare(cache.call("put", "c", 3), ("b", 2), what='put("c", 3)')
    compare(cache.call("keys"), ["a", "c"], what="keys()")


def test_small_capacities(submission: Submission[PythonModule], rng: np.random.Generator) -> None:
    """Capacities of 0 to 4, with as many keys as fit, one more, and many more."""
    module = submission.build()
    for capacity in range(5):
        for keys in (max(1, capacity), capacity + 1, 2 * capacity + 2):
            cache = module.create("LRUCache", capacity)
            compare(cache.call("keys"), [], what="keys() of a new cache")
            check(cache, Expected(capacity), random_operations(rng, 25, keys))


def test_use(submission: Submission[PythonModule]) -> None:
    """What is read or overwritten is kept, what is only asked for in vain is not."""
    module = submission.build()
    full = [("put", key, 10 * key) for key in (1, 2, 3)]
    for used in (
        [("get", 1)],
        [("get", 2), ("get", 1)],
        [("put", 1, 11)],
        [("put", 3, 33)],
        [("put", 2, 22), ("put", 1, 11)],
        [("get", 9)],
        [("get", 9, 0)],
        [("keys",)],
        [("get", 1), ("keys",), ("put", 1, 12)],
    ):
        operations: list[Operation] = [*full, *used, ("put", 4, 40), ("put", 5, 50), ("get", 1)]
        check(module.create("LRUCache", 3), Expected(3), operations)


def test_default(submission: Submission[PythonModule]) -> None:
    """A key that is not there gives the default; values that look like nothing are values."""
    cache, expected = submission.build().create("LRUCache", 10), Expected(10)
    nothing: list[object] = [None, 0, False, "", [], 0.0]
    check(cache, expected, [("get", 0), ("get", 0, -1), ("get", None, "no")])
    check(cache, expected, [("put", key, value) for key, value in enumerate(nothing)])
    check(cache, expected, [("get", key, "default") for key in range(8)])
    check(cache, expected, [("put", 6, "default"), ("get", 6, "default"), ("get", 0)])


def test_keys_of_all_kinds(submission: Submission[PythonModule]) -> None:
    """Several types in one cache; equal hashes are no equal keys, and equal numbers are one key."""
    module = submission.build()
    keys = [None, -1, -2, "", "a", b"a", (), (1, (2, "x")), frozenset({1, 2}), 2**61 - 1, 0, 1.5]
    operations: list[Operation] = [("put", key, number) for number, key in enumerate(keys)]
    operations += [("get", key, "lost") for key in reversed(keys)]
    check(module.create("LRUCache", len(keys)), Expected(len(keys)), operations)
    check(module.create("LRUCache", 3), Expected(3), operations)
    cache = module.create("LRUCache", 2)
    for value, key in enumerate((1, 1.0, True)):
        assert cache.call("put", key, value) is None
        assert cache.call("__len__") == 1, f"{key!r} and 1 are one key"
        assert [cache.call("get", one) for one in (1, 1.0, True, "1")] == [value] * 3 + [None]


def test_independent_caches(submission: Submission[PythonModule], rng: np.random.Generator) -> None:
    """Three caches of one process, used in turns; counting hits touches none of them."""
    module = submission.build()
    caches = [(module.create("LRUCache", size), Expected(size)) for size in (2, 3, 2)]
    for _ in range(12):
        for cache, expected in caches:
            check(cache, expected, random_operations(rng, 2, 5))
        assert module.call("count_hits", 2, [1, 2, 1, 3, 1, 2]) == 2


def hits(capacity: int, keys: list[int]) -> int:
    """How many of the keys are among the `capacity` different ones that were used last."""
    found = 0
    for index, key in enumerate(keys):
        recent = list(dict.fromkeys(reversed(keys[:index])))[:capacity]
        found += key in recent
    return found


def test_hits(submission: Submission[PythonModule], rng: np.random.Generator) -> None:
    """No keys, one key, keys in circles, and fresh ones; the list stays as it is."""
    module = submission.build()
    circle = [0, 1, 2, 3] * 5
    fresh = [[int(key) for key in rng.integers(12, size=size)] for size in (1, 7, 60, 61)]
    for keys in ([], [5], [5, 5, 5], circle, circle[::-1], *fresh):
        for capacity in (0, 1, 2, 3, 4, 5, 100):
            got, (_, after) = module.call_in_place("count_hits", capacity, keys)
            compare(got, hits(capacity, keys), what=f"count_hits({capacity}, {keys})")
            compare(after, keys, what="the keys after the call")


@graded
def test_constant_time(submission: Submission[PythonModule], rng: np.random.Generator) -> None:
    """Many pairs that all fit, and a circle of keys that just does not: no pair is searched for."""
    module = submission.build()
    size = 20_000
    rounds = [int(key) for _ in range(5) for key in rng.permutation(size)]
    compare(module.call("count_hits", size, rounds), 4 * size, what="hits if all fit")
    circle = [*range(2001)] * 40
    compare(module.call("count_hits", 2000, circle), 0, what="hits if one too many")
