"""Export `gpu_histogram_u8: (i32, i32, i32) -> ()` with the parameters (bytes, counts, n).

Counts on the GPU how often each value occurs in an array of n unsigned bytes: counts is an array of
256 u32, and counts[v] becomes the number of bytes equal to v. What stood in counts before does not
count. n is any number from 0 to 200000; for n = 0 all 256 counts become 0. The address of the bytes may
be any number. The arrays do not overlap, and the bytes stay as they are. Memory may be read, but not
written, up to 3 bytes past the end of the bytes. No invocation of a shader may run more than 50000 loop
iterations.
"""

import numpy as np
from numpy.typing import NDArray

from pytest_llmgen import (
    Submission,
    WasmArray,
    WasmModule,
    challenge,
    compare,
    require_gpu_work,
)

pytestmark = challenge(target="wgsl", tier="gpu", memory=True)

LENGTHS = [*range(1, 18), 63, 64, 65, 255, 256, 257, 1023, 1024, 1025, 6]


def run(module: WasmModule, values: NDArray[np.uint8], misalign: int = 0) -> WasmArray:
    """Count on a module and return the array of counts."""
    source = module.array(values, misalign=misalign)
    counts = module.array(np.full(256, 0xDEADBEEF, "uint32"))
    module.call("gpu_histogram_u8", source.ptr, counts.ptr, values.size)
    compare(source.read(), values, what="the bytes after the call")
    return counts


def check(module: WasmModule, values: NDArray[np.uint8], misalign: int = 0) -> None:
    """Count on a module and compare."""
    expected = np.bincount(values, minlength=256).astype("uint32")
    compare(run(module, values, misalign).read(), expected, what=f"counts of {values.size} bytes")


def test_lengths(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """Lengths that are and are not multiples of 4, on the same instance."""
    module = submission.build()
    for n in LENGTHS:
        check(module, rng.integers(0, 256, size=n, dtype="uint8"))


def test_addresses(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """Addresses that are no multiples of 4."""
    module = submission.build()
    for misalign in (1, 2, 3):
        check(module, rng.integers(0, 256, size=50 + misalign, dtype="uint8"), misalign)


def test_one_value(submission: Submission[WasmModule]) -> None:
    """All bytes are the same."""
    module = submission.build()
    for value in (0, 1, 127, 128, 255):
        check(module, np.full(10_001, value, "uint8"))


def test_empty(submission: Submission[WasmModule]) -> None:
    """Without bytes all counts are 0, also after another call."""
    module = submission.build()
    check(module, np.arange(50, dtype="uint8"))
    check(module, np.zeros(0, "uint8"))


def test_large(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """The largest length, and one that is no multiple of 4; few values occur often."""
    module = submission.build()
    for n in (200_000, 199_999):
        check(module, (rng.random(n) ** 3 * 256).astype("uint8"))


def test_gpu_computes(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """The counts are what a dispatch computed."""
    values = rng.permutation(np.repeat(np.arange(256), np.arange(1, 257))).astype("uint8")
    require_gpu_work(submission.build(), lambda module: run(module, values))
