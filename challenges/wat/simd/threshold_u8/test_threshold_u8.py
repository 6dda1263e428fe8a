"""Export `threshold_u8: (i32, i32, i32, i32) -> ()` with the parameters (a, out, n, threshold).

For every i below n, out[i] = 255 where a[i] >= threshold, and 0 elsewhere. a and out are arrays of n
unsigned bytes, and threshold is from 0 to 255. n is from 0 to 200000; for n = 0 nothing is written.
out may be the same array as a; otherwise they do not overlap, and a stays as it is.

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


def expected(values: Bytes, threshold: int) -> Bytes:
    """The right output."""
    return np.where(values >= threshold, 255, 0).astype("uint8")


def run(
    module: WasmModule, values: Bytes, threshold: int, *, misalign: tuple[int, int] = (0, 0)
) -> Bytes:
    """Call it on new arrays and return the output."""
    source = module.array(values, misalign=misalign[0])
    out = module.array(np.full_like(values, 77), misalign=misalign[1])
    module.call("threshold_u8", source.ptr, out.ptr, values.size, threshold)
    compare(source.read(), values, what="a after the call")
    return out.read()


def test_every_length(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """All short lengths, on one instance."""
    module = submission.build()
    for n in range(68):
        values = rng.integers(0, 256, size=n, dtype="uint8")
        compare(run(module, values, 100), expected(values, 100), what=f"{n} bytes")


def test_every_value(submission: Submission[WasmModule]) -> None:
    """Every byte with many thresholds, in one array and in short ones."""
    module = submission.build()
    values = np.arange(256, dtype="uint8")
    for threshold in (0, 1, 2, 64, 126, 127, 128, 129, 200, 254, 255):
        wanted = expected(values, threshold)
        compare(run(module, values, threshold), wanted, what=f"threshold {threshold}")
        source, out = module.array(values), module.array(np.full_like(values, 77))
        rows = [(source.ptr + k, out.ptr + k, 8, threshold) for k in range(0, 256, 8)]
        module.call_rows("threshold_u8", rows)
        compare(out.read(), wanted, what=f"threshold {threshold}, arrays of 8")


def test_unaligned(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """Addresses that are no multiple of anything."""
    module = submission.build()
    values = rng.integers(0, 256, size=61, dtype="uint8")
    for k in range(1, 16):
        got = run(module, values, 150, misalign=(k, 5 * k % 16))
        compare(got, expected(values, 150), what=f"a {k} bytes past a multiple of 64")


def test_in_place(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """The output is the input."""
    module = submission.build()
    for n in (1, 15, 17, 31, 67):
        values = rng.integers(0, 256, size=n, dtype="uint8")
        array = module.array(values)
        module.call("threshold_u8", array.ptr, array.ptr, n, 120)
        compare(array.read(), expected(values, 120), what=f"{n} bytes in place")


def test_large(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """A large array."""
    values = rng.integers(0, 256, size=100_003, dtype="uint8")
    compare(run(submission.build(), values, 77), expected(values, 77), what="100003 bytes")


def test_vector_work(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """The output comes from vector instructions."""
    values = rng.integers(0, 256, size=497, dtype="uint8")
    require_vector_work(submission.build(), "threshold_u8", lambda module: run(module, values, 128))
