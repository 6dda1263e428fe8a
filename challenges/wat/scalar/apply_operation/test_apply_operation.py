"""Export `apply_operation: (i32, i32, i32) -> i32` with the parameters (op, a, b).

It applies the operation with the number op to the signed 32-bit integers a and b:

- 0: a + b, 1: a - b, 2: a * b, each wrapping around modulo 2^32.
- 3: a / b rounded towards zero. 0 if b is 0; -2147483648 / -1 wraps around to -2147483648.
- 4: the remainder of that division, which is 0 or has the sign of a. 0 if b is 0.
- 5: the 32 bits of a, rotated to the left by b modulo 32 places (from 0 to 31, also for negative b).

For every other op, negative ones too, the result is 0. Dispatch through a table: write one function
per operation, put the functions into a table of function references, and call the one at index op
indirectly.
"""

import itertools
from collections.abc import Sequence

import numpy as np

from pytest_llmgen import RuleBroken, Submission, WasmModule, challenge

pytestmark = challenge(target="wat", tier="scalar")

LOW, HIGH = -(2**31), 2**31 - 1
EXTREMES = [
    LOW,
    LOW + 1,
    -46341,
    -65536,
    -33,
    -3,
    -2,
    -1,
    0,
    1,
    2,
    5,
    31,
    32,
    65537,
    HIGH - 1,
    HIGH,
]


def expected(op: int, a: int, b: int) -> int:
    """The result, read as a signed integer."""
    quotient = 0 if b == 0 else abs(a) // abs(b) * (1 if (a < 0) == (b < 0) else -1)
    bits, count = a % 2**32, b % 32
    results = {
        0: a + b,
        1: a - b,
        2: a * b,
        3: quotient,
        4: 0 if b == 0 else a - b * quotient,
        5: bits << count | bits >> (32 - count),
    }
    return (results.get(op, 0) - LOW) % 2**32 + LOW


def check(module: WasmModule, rows: Sequence[tuple[int, int, int]]) -> None:
    """Compare with the reference."""
    for row, got in zip(rows, module.call_rows("apply_operation", rows), strict=True):
        assert got == expected(*row), f"apply_operation{row} = {got}, expected {expected(*row)}"


def test_small_values(submission: Submission[WasmModule]) -> None:
    """Every operation on small numbers of either sign, without dividing by 0."""
    numbers = [-20, -7, -3, -1, 1, 2, 6, 7, 33]
    check(submission.build(), list(itertools.product(range(6), numbers, numbers)))


def test_extremes(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """Every operation on both ends of the range, by 0, and on fresh numbers."""
    numbers = [*EXTREMES, *(int(n) for n in rng.integers(LOW, HIGH, size=10))]
    check(submission.build(), list(itertools.product(range(6), numbers, numbers)))


def test_other_operations(submission: Submission[WasmModule]) -> None:
    """Numbers of operations that do not exist give 0, and the next call works again."""
    others = [6, 7, 8, 63, 64, 255, 256, 65536, HIGH, LOW, LOW + 3, -1, -2, -6]
    check(submission.build(), [row for op in others for row in ((op, 5, 3), (0, 5, 3))])


def test_table_dispatches(submission: Submission[WasmModule]) -> None:
    """The module calls functions through a table."""
    functions = submission.build().decoded.functions
    opcodes = {instruction.opcode for function in functions for instruction in function.body}
    if not opcodes & {"call_indirect", "return_call_indirect", "call_ref", "return_call_ref"}:
        raise RuleBroken("apply_operation calls no function through a table")
