"""Export `interleave_u8: (i32, i32, i32, i32) -> ()` with the parameters (a, b, out, n).

For every i below n, out[2 * i] = a[i] and out[2 * i + 1] = b[i]: [1, 2] and [7, 8] give [1, 7, 2, 8].
a and b are arrays of n bytes, out is one of 2 * n bytes that overlaps neither; a may be the same
array as b, and both stay as they are. n is from 0 to 200000; for n = 0 nothing is written.

Use 128-bit vector instructions (v128) for all full groups of 16 bytes of a and b; the tail may be
scalar.
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


def random_pair(rng: np.random.Generator, n: int) -> tuple[Bytes, Bytes]:
    """Two arrays of n bytes."""
    a, b = rng.integers(0, 256, size=(2, n), dtype="uint8")
    return a, b


def expected(a: Bytes, b: Bytes) -> Bytes:
    """The right output: shape (n, 2)."""
    return np.stack([a, b], axis=1)


def run(
    module: WasmModule, a: Bytes, b: Bytes, *, misalign: tuple[int, int, int] = (0, 0, 0)
) -> Bytes:
    """Call it on inputs that stand between other bytes, and return the output: shape (n, 2)."""
    x, y = np.pad(a, 32, constant_values=77), np.pad(b, 32, constant_values=78)
    left, right = module.array(x, misalign=misalign[0]), module.array(y, misalign=misalign[1])
    out = module.array(np.full((a.size, 2), 79, "uint8"), misalign=misalign[2])
    module.call("interleave_u8", left.ptr + 32, right.ptr + 32, out.ptr, a.size)
    compare(left.read(), x, what="a after the call")
    compare(right.read(), y, what="b after the call")
    return out.read()


def test_example(submission: Submission[WasmModule]) -> None:
    """The example of the task."""
    got = run(submission.build(), np.array([1, 2], "uint8"), np.array([7, 8], "uint8"))
    compare(got.ravel(), np.array([1, 7, 2, 8], "uint8"), what="[1, 2] and [7, 8]")


def test_every_length(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """All short lengths, on one instance."""
    module = submission.build()
    for n in range(68):
        a, b = random_pair(rng, n)
        compare(run(module, a, b), expected(a, b), what=f"{n} bytes each")


def test_every_value(submission: Submission[WasmModule]) -> None:
    """Every byte next to every kind of byte; then an array with itself."""
    module = submission.build()
    a = np.arange(256, dtype="uint8")
    for b in (np.zeros_like(a), np.full_like(a, 255), np.full_like(a, 127), a[::-1].copy()):
        compare(run(module, a, b), expected(a, b), what="all bytes")
        compare(run(module, b, a), expected(b, a), what="all bytes as b")
    source, out = module.array(a), module.array(np.zeros((256, 2), "uint8"))
    module.call("interleave_u8", source.ptr, source.ptr, out.ptr, 256)
    compare(out.read(), expected(a, a), what="a with itself")


def test_unaligned(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """Addresses that are no multiple of anything."""
    module = submission.build()
    a, b = random_pair(rng, 61)
    for k in range(1, 16):
        misalign = (k, 5 * k % 16, 3 * k % 16)
        got = run(module, a, b, misalign=misalign)
        compare(got, expected(a, b), what=f"arrays {misalign} bytes past multiples of 64")


def test_large(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """Large arrays."""
    a, b = random_pair(rng, 100_003)
    compare(run(submission.build(), a, b), expected(a, b), what="100003 bytes each")


def test_vector_work(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """The output comes from vector instructions."""
    a, b = random_pair(rng, 497)
    require_vector_work(
        submission.build(), "interleave_u8", lambda module: run(module, a, b).view("uint16")
    )
