"""Write a map that gives every integer, of any size, a value, and is set a whole interval at a time.

```python
class IntervalMap:
    def assign(self, low: int, high: int, value: str | None) -> None: ...
    def get(self, key: int) -> str | None: ...
    def items(self) -> list[tuple[int, int, str]]: ...
```

`IntervalMap()` has the value None everywhere.

- `assign` sets the value of every integer from `low` (included) to `high` (excluded), whatever it was
  before. None takes values away. If `low` is not less than `high`, nothing changes.
- `get` returns the value of one integer.
- `items` returns the intervals that have a value other than None, as triples (low, high, value)
  in ascending order. They do not overlap and are as long as possible: where one ends and the next
  begins, the values differ. The empty string is a value like others.

Each map is independent of all others. For example, after assign(0, 10, "a") and assign(4, 6, "b"),
items() is [(0, 4, "a"), (4, 6, "b"), (6, 10, "a")], and after assign(4, 6, "a") it is [(0, 10, "a")].

Time and memory do not depend on the length of intervals, only on their number: up to a few thousand.
"""

import itertools
from collections.abc import Sequence

import numpy as np

from pytest_llmgen import PythonModule, PythonObject, Submission, challenge, compare

pytestmark = challenge(target="python", tier="core")

Item = tuple[int, int, str]
Assignment = tuple[int, int, str | None]


class Expected:
    """The reference, on our side: the value of every single integer."""

    def __init__(self) -> None:
        self.values: dict[int, str] = {}

    def assign(self, low: int, high: int, value: str | None) -> None:
        """Set one integer after the other."""
        for key in range(low, high):
            self.values.pop(key, None)
            if value is not None:
                self.values[key] = value

    def items(self) -> list[Item]:
        """Neighbours with equal values, put together."""
        found: list[Item] = []
        for key, value in sorted(self.values.items()):
            joins = bool(found) and found[-1][1:] == (key, value)
            low = found.pop()[0] if joins else key
            found.append((low, key + 1, value))
        return found


def check(
    interval_map: PythonObject, assignments: Sequence[Assignment], keys: Sequence[int] = ()
) -> None:
    """Make assignments, and compare the map with its items, and with single values if asked to."""
    expected = Expected()
    for assignment in assignments:
        assert interval_map.call("assign", *assignment) is None
        expected.assign(*assignment)
    what = f"after assign{', assign'.join(map(str, assignments))}"
    compare(interval_map.call("items"), expected.items(), what=f"items() {what}")
    for key, got in zip(keys, interval_map.call_rows("get", [(k,) for k in keys]), strict=True):
        compare(got, expected.values.get(key), what=f"get({key}) {what}")


def random_assignments(rng: np.random.Generator, count: int) -> list[Assignment]:
    """Intervals of few values, some empty or the wrong way round."""
    values = ["a", "b", "", None]
    return [
        (int(low), int(high), values[which])
        for low, high, which in zip(
            rng.integers(-12, 13, size=count),
            rng.integers(-12, 13, size=count),
            rng.integers(len(values), size=count),
            strict=True,
        )
    ]


def test_example(submission: Submission[PythonModule]) -> None:
    """The example of the task, and a map without values."""
    interval_map = submission.build().create("IntervalMap")
    compare(interval_map.call("items"), [], what="items() of a new map")
    assert interval_map.call("get", 0) is None
    interval_map.call("assign", 0, 10, "a")
    interval_map.call("assign", 4, 6, "b")
    wanted = [(0, 4, "a"), (4, 6, "b"), (6, 10, "a")]
    compare(interval_map.call("items"), wanted, what="items()")
    interval_map.call("assign", 4, 6, "a")
    compare(interval_map.call("items"), [(0, 10, "a")], what="items()")


def test_neighbours(submission: Submission[PythonModule]) -> None:
    """Intervals that touch, at either end or both, with equal values and with others."""
    module = submission.build()
    for value, between in itertools.product(("a", "b", "", None), repeat=2):
        for low, high in (
            (0, 4),
            (-1, 4),
            (0, 5),
            (1, 3),
            (1, 4),
            (0, 3),
            (-4, 8),
            (-5, 9),
            (-3, 5),
        ):
            before: list[Assignment] = [(-4, 0, "a"), (4, 8, "a"), (0, 4, between)]
            check(module.create("IntervalMap"), [*before, (low, high, value)])


def test_empty_intervals(submission: Submission[PythonModule]) -> None:
    """They change nothing: outside, inside, at a border, and the wrong way round."""
    module = submission.build()
    for low, high in ((5, 5), (2, 2), (0, 0), (4, 4), (-3, -3), (3, 1), (6, -2), (4, 0)):
        for value in ("a", "b", None):
            before: list[Assignment] = [(0, 4, "a"), (low, high, value)]
            check(module.create("IntervalMap"), before, keys=(-3, 1, 3, 5))
            check(module.create("IntervalMap"), before[1:])


def test_random(submission: Submission[PythonModule], rng: np.random.Generator) -> None:
    """Fresh assignments over one another, and the value of every integer around."""
    module = submission.build()
    for count in (0, 1, 2, 2, 3, 3, 4, 5, 8, 8, 13, 13, 40, 40, 40, 101, 101):
        assignments = random_assignments(rng, count)
        check(module.create("IntervalMap"), assignments, keys=range(-13, 14))


def test_independent_maps(submission: Submission[PythonModule]) -> None:
    """Two maps at once."""
    module = submission.build()
    one, two = module.create("IntervalMap"), module.create("IntervalMap")
    one.call("assign", 0, 5, "one")
    two.call("assign", 3, 9, "two")
    compare(one.call("items"), [(0, 5, "one")], what="items() of the first map")
    compare(two.call("items"), [(3, 9, "two")], what="items() of the second map")


def test_long_intervals(submission: Submission[PythonModule], rng: np.random.Generator) -> None:
    """Numbers far beyond 64 bits, which one cannot go through one by one, nor round."""
    interval_map, expected = submission.build().create("IntervalMap"), Expected()
    scale = 10**30 + int(rng.integers(10**9))
    everywhere: Assignment = (-12, 12, "a")
    for low, high, value in (everywhere, *random_assignments(rng, 15)):
        interval_map.call("assign", low * scale, high * scale + 1, value)
        # 1 more at the end is one more position after each multiple of the scale
        expected.assign(2 * low, 2 * high + 1, value)
    wanted = [
        (low // 2 * scale + low % 2, high // 2 * scale + high % 2, value)
        for low, high, value in expected.items()
    ]
    compare(interval_map.call("items"), wanted, what="items()")
    keys = range(-26, 27)
    rows = [(key // 2 * scale + key % 2,) for key in keys]
    for key, row, got in zip(keys, rows, interval_map.call_rows("get", rows), strict=True):
        compare(got, expected.values.get(key), what=f"get({row[0]})")
