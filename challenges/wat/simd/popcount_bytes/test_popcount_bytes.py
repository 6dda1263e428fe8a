"""Export `popcount_bytes: (i32, i32) -> i32` with the parameters (a, n).

Return how many bits are set in the n bytes of the array a. n is from 0 to 200000; for n = 0 the
result is 0. The array stays as it is.

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


def expected(values: Bytes) -> int:
    """The right result."""
    return int(np.unpackbits(values).sum())


def run(module: WasmModule, values: Bytes, *, misalign: int = 0) -> int:
    """Count in an array that stands between bytes which are all ones."""
    padding = np.full(33, 255, "uint8")
    around = np.concatenate([padding, values, padding])
    array = module.array(around, misalign=misalign)
    count = int(module.call("popcount_bytes", array.ptr + padding.nbytes, values.size))
    compare(array.read(), around, what="the array after the call")
    return count


def test_every_length(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """All short lengths, on one instance."""
    module = submission.build()
    for n in range(68):
        values = rng.integers(0, 256, size=n, dtype="uint8")
        got = run(module, values)
        assert got == expected(values), f"{values.tolist()}: got {got}"


def test_every_value(submission: Submission[WasmModule]) -> None:
    """Every byte, alone and 16 times."""
    module = submission.build()
    values = np.repeat(np.arange(256, dtype="uint8"), 16)
    array = module.array(values)
    for n in (1, 16):
        rows = [(array.ptr + 16 * value, n) for value in range(256)]
        for value, got in enumerate(module.call_rows("popcount_bytes", rows)):
            wanted = n * value.bit_count()
            assert got == wanted, f"{n} bytes {value}: got {got}, expected {wanted}"


def test_all_ones(submission: Submission[WasmModule]) -> None:
    """Large arrays in which all bits are set: no counter overflows."""
    module = submission.build()
    for n in (15, 16, 255, 256, 511, 512, 513, 4096, 8192, 65_536, 100_003):
        got = run(module, np.full(n, 255, "uint8"))
        assert got == 8 * n, f"{n} bytes 255: got {got}, expected {8 * n}"


def test_unaligned(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """Addresses that are no multiple of anything."""
    module = submission.build()
    for k in range(1, 16):
        values = rng.integers(0, 256, size=61, dtype="uint8")
        got = run(module, values, misalign=k)
        assert got == expected(values), f"{k} bytes past a multiple of 64: got {got}"


def test_large(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """A large array of random bytes."""
    values = rng.integers(0, 256, size=100_003, dtype="uint8")
    got = run(submission.build(), values)
    assert got == expected(values), f"100003 bytes: got {got}, expected {expected(values)}"


def test_vector_work(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """What each further group adds to the count comes from vector instructions."""
    values = rng.integers(0, 256, size=16 * 41, dtype="uint8")

    def gains(module: WasmModule) -> NDArray[np.int64]:
        array = module.array(values)
        rows = [(array.ptr, n) for n in range(16, values.size, 16)]
        return np.diff(module.call_rows("popcount_bytes", rows))

    require_vector_work(submission.build(), "popcount_bytes", gains)
