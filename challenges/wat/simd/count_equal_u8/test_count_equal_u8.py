"""Export `count_equal_u8: (i32, i32, i32) -> i32` with the parameters (a, n, value).

Return how many of the n unsigned bytes of the array a are equal to value, which is from 0 to 255. n is
from 0 to 200000; for n = 0 the result is 0. The array stays as it is.

Use 128-bit vector instructions (v128) for all full groups of 16 bytes; the tail may be scalar.
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

Bytes = NDArray[np.uint8]


def run(module: WasmModule, values: Bytes, value: int, *, misalign: int = 0) -> int:
    """Count in an array that stands between bytes which are all equal to `value`."""
    padding = np.full(33, value, "uint8")
    around = np.concatenate([padding, values, padding])
    array = module.array(around, misalign=misalign)
    count = int(module.call("count_equal_u8", array.ptr + padding.nbytes, values.size, value))
    compare(array.read(), around, what="the array after the call")
    return count


def test_every_length(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """All short lengths, on one instance, where about half of the bytes are equal."""
    module = submission.build()
    for n in range(68):
        values = rng.integers(99, 101, size=n, dtype="uint8")
        got, wanted = run(module, values, 99), int((values == 99).sum())
        assert got == wanted, f"{n} bytes: got {got}, expected {wanted}"


def test_every_value(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """Every value of a byte, in long arrays and in short ones."""
    module = submission.build()
    values = np.concatenate([rng.permutation(256), rng.permutation(256)]).astype("uint8")
    array = module.array(values)
    counts = module.call_rows("count_equal_u8", [(array.ptr, 512, value) for value in range(256)])
    assert counts == [2] * 256, f"every value stands there twice, but the counts are {counts}"
    rows = [(array.ptr + k, 1, value) for k, value in enumerate(values.tolist())]
    rows += [(array.ptr + k, 1, value ^ 128) for k, value in enumerate(values.tolist())]
    counts = module.call_rows("count_equal_u8", rows)
    assert counts == [1] * 512 + [0] * 512, "an array of one byte is counted wrongly"


def test_all_equal(submission: Submission[WasmModule]) -> None:
    """Large arrays in which all bytes are equal: no counter overflows."""
    module = submission.build()
    for n in (15, 16, 255, 256, 257, 4095, 4096, 4097, 65_536, 70_000, 100_003):
        for value in (0, 200):
            got = run(module, np.full(n, value, "uint8"), value)
            assert got == n, f"{n} bytes, all equal to {value}: got {got}"


def test_unaligned(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """Addresses that are no multiple of anything."""
    module = submission.build()
    for k in range(1, 16):
        values = rng.integers(99, 101, size=61, dtype="uint8")
        got, wanted = run(module, values, 99, misalign=k), int((values == 99).sum())
        assert got == wanted, f"{k} bytes past a multiple of 64: got {got}, expected {wanted}"


def test_large(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """A large array of random bytes."""
    values = rng.integers(0, 256, size=100_003, dtype="uint8")
    got, wanted = run(submission.build(), values, 17), int((values == 17).sum())
    assert got == wanted, f"100003 bytes: got {got}, expected {wanted}"


def test_vector_work(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """What each further group adds to the count comes from vector instructions."""
    values = rng.integers(95, 100, size=16 * 41, dtype="uint8")

    def gains(module: WasmModule) -> NDArray[np.int64]:
        array = module.array(values)
        rows = [(array.ptr, n, 99) for n in range(16, values.size, 16)]
        return np.diff(module.call_rows("count_equal_u8", rows))

    require_vector_work(submission.build(), "count_equal_u8", gains)
