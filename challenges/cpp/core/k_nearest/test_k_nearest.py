"""Find the points that are nearest to another one.

Given `struct Point { double x; double y; };` and
`struct Neighbour { size_t index; double square; };`,
write
`std::vector<Neighbour> k_nearest(const std::vector<Point>& points, Point from, size_t k)`.

It returns the k points with the smallest distances to from, in ascending order of distance; of equal
distances, the smaller index in points comes first, also where that decides which points are among
the k. index is the point's index in points, from 0; square is the square of its distance. Where k is
larger than the number of points, all of them are returned. For example, of {3, 0}, {0, 1} and {0, -1},
the 2 nearest to {0, 0} are {1, 1} and {2, 1} (index and square).

All coordinates are whole numbers from -33554432 to 33554432 (2 to the 25th), so that every square is
at most 2 to the 53rd, and exact in double; distances are compared exactly too. There are 0 to 20000
points, of which some may be equal. k is any size_t.
"""

from collections.abc import Sequence

import numpy as np

from pytest_llmgen import CppLibrary, Submission, challenge, graded

Point = tuple[float, float]
Row = tuple[Sequence[Point], Point, int]

EDGE, ANY = 2**25, 2**64 - 1
EXAMPLE: Row = ([(3, 0), (0, 1), (0, -1)], (0, 0), 2)


def try_out(library: CppLibrary) -> str | None:
    """The example of the task."""
    got = list(map(tuple, library.call("k_nearest", *EXAMPLE)))
    return None if got == [(1, 1), (2, 1)] else f"the example gives {got}"


pytestmark = challenge(target="cpp", tier="core", trial=try_out)


def nearest(points: Sequence[Point], start: Point, k: int) -> list[tuple[int, int]]:
    """All of them, sorted: the squares are integers of Python."""
    x, y = map(int, start)
    squares = [(int(p[0]) - x) ** 2 + (int(p[1]) - y) ** 2 for p in points]
    return sorted(enumerate(squares), key=lambda pair: (pair[1], pair[0]))[:k]


def check(library: CppLibrary, rows: Sequence[Row]) -> None:
    """Compare with the sorted ones, exactly."""
    for (points, start, k), got in zip(rows, library.call_rows("k_nearest", rows), strict=True):
        expected = nearest(points, start, k)
        where = f"of {len(points)} points, the {k} nearest to {start}"
        assert len(got) == len(expected), f"{where}: {len(got)}, expected {len(expected)}"
        for i, (one, wanted) in enumerate(zip(got, expected, strict=True)):
            assert one == wanted, f"{where}: [{i}] is {tuple(one)}, expected {wanted}"


def fresh(rng: np.random.Generator, count: int, span: int) -> list[Point]:
    """Points with coordinates from -span to span."""
    return [(x, y) for x, y in rng.integers(-span, span, size=(count, 2), endpoint=True).tolist()]


def test_example(submission: Submission[CppLibrary]) -> None:
    """The one of the task, and no ties."""
    library = submission.build()
    assert try_out(library) is None
    check(library, [EXAMPLE, ([(9, 9), (1, 2), (-3, 4), (2, 2)], (2, 1), 3)])


def test_any_k(submission: Submission[CppLibrary]) -> None:
    """None, one, all and more than all, up to the largest size_t; without points too."""
    points: list[Point] = [(5, 1), (-2, 2), (0, 0), (7, -7)]
    numbers = (0, 1, 3, 4, 5, 1000, 2**31, 2**32 + 1, 2**63, ANY)
    check(submission.build(), [(p, (1, 1), k) for p in (points, points[:1], []) for k in numbers])


def test_ties(submission: Submission[CppLibrary], rng: np.random.Generator) -> None:
    """Equal points, and others at the same distance, in all directions and in any order."""
    ring = [(x, y) for x in range(-25, 26) for y in range(-25, 26) if x * x + y * y == 625]
    rows: list[Row] = [([(4, 4)] * 60, (1, 0), k) for k in (1, 7, 59, 60)]
    for k in (1, 5, 19, 20, 33):
        points = [ring[i] for i in rng.permutation(len(ring))]
        rows += [(points, (0, 0), k), ([(1, 1), *points, (0, 0), *points, (30, 0)], (0, 0), k)]
    check(submission.build(), [*rows, (fresh(rng, 400, 5), (1, -1), 150)])


def test_far(submission: Submission[CppLibrary], rng: np.random.Generator) -> None:
    """The farthest points, whose squares differ by less than a root or a float can tell."""
    across: list[Point] = [(EDGE, y) for y in (1, -1, 0, 2, 0, 3, -2)]
    crowd = [(EDGE - i, EDGE - j) for i, j in rng.integers(0, 12, size=(80, 2)).tolist()]
    rows: list[Row] = [(across, (-EDGE, 0), k) for k in range(1, 8)]
    rows += [([(y, x) for x, y in across], (0, -EDGE), k) for k in (2, 7)]
    rows += [(crowd, (-EDGE, -EDGE), k) for k in (1, 10, 80)]
    check(submission.build(), [*rows, (fresh(rng, 300, EDGE), (-EDGE, EDGE), 300)])


def test_fresh(submission: Submission[CppLibrary], rng: np.random.Generator) -> None:
    """Fresh points of many densities, on one library."""
    rows: list[Row] = []
    for n in rng.integers(0, 40, size=100).tolist():
        span = int(rng.choice([2, 10, 1000, EDGE]))
        rows.append((fresh(rng, n, span), fresh(rng, 1, span)[0], int(rng.integers(0, n + 2))))
    check(submission.build(), rows)


def test_many(submission: Submission[CppLibrary], rng: np.random.Generator) -> None:
    """As many points as the task allows, and a quarter of them asked for."""
    check(submission.build(), [(fresh(rng, 20_000, EDGE), (3, 4), 5_000)])


@graded
def test_no_undefined_behaviour(
    submission: Submission[CppLibrary], rng: np.random.Generator
) -> None:
    """Every k, without points too, and many equal points, under sanitizers."""
    points = fresh(rng, 40, 3)
    rows: list[Row] = [(points[:n], (0, 0), k) for n in (0, 1, 2, 40) for k in (0, 1, 2, 39, 41)]
    rows += [(points, (1, 2), ANY), ([], (0, 0), ANY), ([(1, 1)] * 100, (0, 0), 50)]
    check(submission.build().sanitized(), rows)
