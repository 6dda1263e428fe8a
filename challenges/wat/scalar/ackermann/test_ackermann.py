"""Export `ackermann: (i32, i32) -> i32`, the Ackermann function A(m, n) in the form of Péter.

A(0, n) = n + 1; A(m, 0) = A(m - 1, 1) for m > 0; A(m, n) = A(m - 1, A(m, n - 1)) for m > 0 and
n > 0. So A(2, 3) = 9 and A(3, 3) = 61. The function is called with m = 0 and any n from 0 to
1000000, m = 1 or 2 and n from 0 to 200, m = 3 and n from 0 to 7, and with m = 4 and n = 0; for these
a direct recursion is neither too slow nor too deep.
"""

from collections.abc import Sequence

from pytest_llmgen import Submission, WasmModule, challenge

pytestmark = challenge(target="wat", tier="scalar")


def expected(m: int, n: int) -> int:
    """A(m, n) for m up to 4, by iterating the function of the row before."""
    if m == 0:
        return n + 1
    value = 1
    for _ in range(n + 1):
        value = expected(m - 1, value)
    return value


def check(module: WasmModule, pairs: Sequence[tuple[int, int]]) -> None:
    """Compare with the reference."""
    for (m, n), got in zip(pairs, module.call_rows("ackermann", pairs), strict=True):
        wanted = expected(m, n)
        assert got == wanted, f"ackermann({m}, {n}) = {got}, expected {wanted}"


def test_examples(submission: Submission[WasmModule]) -> None:
    """The examples of the task."""
    assert submission.build().call_rows("ackermann", [(2, 3), (3, 3)]) == [9, 61]


def test_first_rows(submission: Submission[WasmModule]) -> None:
    """The rows 0, 1 and 2."""
    check(submission.build(), [(0, n) for n in (0, 1, 2, 9, 1000, 999_999, 1_000_000)])
    check(submission.build(), [(m, n) for m in (1, 2) for n in (*range(20), 99, 200)])


def test_third_row(submission: Submission[WasmModule]) -> None:
    """Row 3, from small to deep, and small again on the same instance."""
    check(submission.build(), [(3, n) for n in (*range(8), 0, 1, 2)])


def test_fourth_row(submission: Submission[WasmModule]) -> None:
    """The start of row 4."""
    check(submission.build(), [(4, 0)])
