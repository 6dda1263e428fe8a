"""Export `reverse_u8: (i32, i32, i32) -> ()` with the parameters (a, out, n).

For every i below n, out[i] = a[n - 1 - i]. a and out are arrays of n bytes that do not overlap; a
stays as it is. n is from 0 to 200000, and for n = 0 nothing is written.

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


def run(module: WasmModule, values: Bytes, *, misalign: tuple[int, int] = (0, 0)) -> Bytes:
    """Call it on an input that stands between other bytes, and return the output."""
    around = np.pad(values, 32, constant_values=77)
    source = module.array(around, misalign=misalign[0])
    out = module.array(np.full_like(values, 78), misalign=misalign[1])
    module.call("reverse_u8", source.ptr + 32, out.ptr, values.size)
    compare(source.read(), around, what="a after the call")
    return out.read()


def test_every_length(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """All short lengths, on one instance."""
    module = submission.build()
    for n in range(68):
        values = rng.permutation(n).astype("uint8")
        compare(run(module, values), values[::-1], what=f"{n} bytes")


def test_unaligned(submission: Submission[WasmModule]) -> None:
    """Addresses that are no multiple of anything."""
    module = submission.build()
    values = np.arange(61, dtype="uint8")
    for k in range(1, 16):
        got = run(module, values, misalign=(k, 5 * k % 16))
        compare(got, values[::-1], what=f"a {k} bytes past a multiple of 64")


def test_large(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """A large array."""
    values = rng.integers(0, 256, size=100_003, dtype="uint8")
    compare(run(submission.build(), values), values[::-1], what="100003 bytes")


def test_vector_work(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """The output comes from vector instructions."""
    values = rng.integers(0, 256, size=497, dtype="uint8")
    require_vector_work(submission.build(), "reverse_u8", lambda module: run(module, values))
