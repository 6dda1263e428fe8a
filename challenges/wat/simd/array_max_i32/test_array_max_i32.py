"""Export `array_max_i32: (i32, i32) -> i32` with the parameters (a, n).

Return the largest element of the array a of n signed 32-bit integers; n is from 0 to 200000. For
n = 0 return -2147483648. The array stays as it is.

Use 128-bit vector instructions (v128) for all full groups of 4 elements; the tail may be scalar.
"""

import numpy as np
from numpy.typing import NDArray

from pytest_llmgen import (
    Submission,
    WasmModule,
    challenge,
    compare,
    require_vector_work,
)

pytestmark = challenge(target="wat", tier="simd", memory=True)

LOW, HIGH = -(2**31), 2**31 - 1

Integers = NDArray[np.int32]


def run(module: WasmModule, values: Integers, *, misalign: int = 0) -> int:
    """The maximum of `values`, which stand between larger numbers."""
    padding = np.full(9, HIGH, "int32")
    around = np.concatenate([padding, values, padding])
    array = module.array(around, misalign=misalign)
    result = int(module.call("array_max_i32", array.ptr + padding.nbytes, values.size))
    compare(array.read(), around, what="the array after the call")
    return result


def test_empty(submission: Submission[WasmModule]) -> None:
    """The maximum of nothing is the smallest number."""
    got = run(submission.build(), np.zeros(0, "int32"))
    assert got == LOW, f"array_max_i32 of nothing = {got}, expected {LOW}"


def test_every_length(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """All short lengths, on one instance."""
    module = submission.build()
    for n in range(1, 68):
        values = rng.integers(LOW, HIGH, size=n, dtype="int32")
        got = run(module, values)
        assert got == values.max(), f"array_max_i32 of {values.tolist()} = {got}"


def test_position(submission: Submission[WasmModule]) -> None:
    """The maximum at every place."""
    module = submission.build()
    values = np.full(59, -9, "int32")
    values[29] = -5
    array = module.array(values)
    rows = [(array.ptr + 4 * start, n) for n in range(1, 31) for start in range(29 - n + 1, 30)]
    for (ptr, n), got in zip(rows, module.call_rows("array_max_i32", rows), strict=True):
        place = 29 - (ptr - array.ptr) // 4
        assert got == -5, f"-5 at place {place} of {n}, and -9 elsewhere: got {got}"


def test_signs(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """All negative, mixed signs, and the ends of the range."""
    module = submission.build()
    negative = rng.integers(-1000, -1, size=19, dtype="int32")
    ends = np.array([LOW, -1, 0, HIGH - 1], "int32")
    for values in (negative, negative[:3], ends, ends[:3], ends[:2], np.full(9, LOW, "int32")):
        got = run(module, values)
        assert got == values.max(), f"array_max_i32 of {values.tolist()} = {got}"


def test_unaligned(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """Addresses that are no multiple of anything."""
    module = submission.build()
    for k in range(1, 16):
        values = rng.integers(LOW, HIGH, size=23, dtype="int32")
        got = run(module, values, misalign=k)
        assert got == values.max(), f"{k} bytes past a multiple of 64: got {got}"


def test_large(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """A large array, with the maximum near each end."""
    values = rng.integers(LOW, HIGH - 1, size=100_003, dtype="int32")
    module = submission.build()
    for place in (0, 50_000, 100_000, 100_002):
        changed = values.copy()
        changed[place] = HIGH - 1
        got = run(module, changed)
        assert got == HIGH - 1, f"the maximum at place {place} of 100003: got {got}"


def test_vector_work(submission: Submission[WasmModule]) -> None:
    """The maximum of each prefix comes from vector instructions."""
    values = np.arange(HIGH - 200, HIGH - 36, dtype="int32")
    values[:4] = LOW + 5

    def maxima(module: WasmModule) -> list[int]:
        array = module.array(values)
        rows = [(array.ptr, n) for n in range(4, values.size, 4)]
        return module.call_rows("array_max_i32", rows)

    require_vector_work(submission.build(), "array_max_i32", maxima)
