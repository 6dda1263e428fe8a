"""Rotate a square matrix in place.

Write `void rotate_matrix(std::vector<std::vector<int>>& matrix, int quarters)`, which rotates the
matrix by quarters * 90 degrees clockwise: the result replaces it.

matrix[i][j] is row i from the top, column j from the left. A negative number of quarters rotates
counterclockwise; any int is allowed. For example, one quarter makes {{3, 1}, {4, 2}} of
{{1, 2}, {3, 4}}. The matrix has n rows of n elements, n from 0 to 1000; without rows it stays so. The
elements are any int. How much memory is used beside the matrix is free.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pytest_llmgen import CppLibrary, Limits, Submission, challenge, compare, graded

Matrix = NDArray[np.int32]

LOW, HIGH = -(2**31), 2**31 - 1
EXAMPLE = np.array([[1, 2], [3, 4]], np.int32)


def matrix_of(rows: Sequence[Any], n: int) -> Matrix:
    """What came back, as an array of two dimensions.

    Raises:
        AssertionError: If it is not n rows of n elements.
    """
    lengths = [len(row) for row in rows]
    square = lengths == [n] * n
    assert square, f"rows of {lengths} elements, expected {n} of {n}"
    return np.array(rows, np.int32).reshape(n, n)


def try_out(library: CppLibrary) -> str | None:
    """The example of the task."""
    got = matrix_of(library.call("rotate_matrix", list(EXAMPLE), 1), 2).tolist()
    return None if got == [[3, 1], [4, 2]] else f"one quarter makes {got} of {EXAMPLE.tolist()}"


pytestmark = challenge(target="cpp", tier="core", limits=Limits(wall_s=2.0), trial=try_out)


def check(library: CppLibrary, cases: Sequence[tuple[Matrix, int]]) -> None:
    """Compare with NumPy, exactly."""
    rows = [(list(matrix), quarters) for matrix, quarters in cases]
    results = library.call_rows("rotate_matrix", rows)
    for (matrix, quarters), got in zip(cases, results, strict=True):
        n = len(matrix)
        expected = np.rot90(matrix, -(quarters % 4))
        compare(matrix_of(got, n), expected, what=f"{n} x {n}, {quarters} quarters")


def fresh(rng: np.random.Generator, n: int) -> Matrix:
    """A matrix of n x n fresh numbers over the whole range."""
    return rng.integers(LOW, HIGH, size=(n, n), dtype=np.int32, endpoint=True)


def test_example(submission: Submission[CppLibrary]) -> None:
    """The one of the task, and no quarter at all."""
    library = submission.build()
    assert try_out(library) is None
    check(library, [(EXAMPLE, quarters) for quarters in (0, 1)])


def test_sizes(submission: Submission[CppLibrary], rng: np.random.Generator) -> None:
    """One quarter of every small size, odd and even, from one element on."""
    check(submission.build(), [(fresh(rng, n), 1) for n in range(1, 20)])


def test_no_rows(submission: Submission[CppLibrary]) -> None:
    """A matrix without rows stays one, however it is rotated."""
    none = np.zeros((0, 0), np.int32)
    check(submission.build(), [(none, quarters) for quarters in (0, 1, 2, 3, -1, -2)])


def test_quarters(submission: Submission[CppLibrary], rng: np.random.Generator) -> None:
    """All small numbers of quarters, in both directions."""
    check(submission.build(), [(fresh(rng, n), k) for n in (2, 3, 5) for k in range(-9, 10)])


def test_any_number_of_quarters(
    submission: Submission[CppLibrary], rng: np.random.Generator
) -> None:
    """Both ends of int, and fresh numbers of quarters between."""
    numbers = [LOW, LOW + 1, LOW + 2, LOW + 3, HIGH - 2, HIGH - 1, HIGH]
    numbers += rng.integers(LOW, HIGH, size=20).tolist()
    check(submission.build(), [(fresh(rng, 1 + i % 4 + 1), k) for i, k in enumerate(numbers)])


def test_large(submission: Submission[CppLibrary], rng: np.random.Generator) -> None:
    """The largest size and an odd one."""
    check(submission.build(), [(fresh(rng, 1000), 3), (fresh(rng, 501), -3), (fresh(rng, 333), 2)])


@graded
def test_no_undefined_behaviour(
    submission: Submission[CppLibrary], rng: np.random.Generator
) -> None:
    """Sizes from 0 on and both ends of int, under sanitizers."""
    quarters = (-3, -2, -1, 0, 1, 2, 3, LOW, LOW + 1, HIGH)
    cases = [(fresh(rng, n), k) for n in (0, 1, 2, 3, 4, 9) for k in quarters]
    check(submission.build().sanitized(), cases)
