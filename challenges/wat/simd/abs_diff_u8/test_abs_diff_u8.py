"""Export `abs_diff_u8: (i32, i32, i32, i32) -> ()` with the parameters (a, b, out, n).

For every i below n, out[i] = |a[i] - b[i]|, from 0 to 255. a, b and out are arrays of n unsigned
bytes; n is from 0 to 200000, and for n = 0 nothing is written. out may be the same array as a or b, and a
the same as b; otherwise they do not overlap. An input that is not out stays as it is.

Use 128-bit vector instructions (v128) for all full groups of 16 elements; the tail may be scalar.
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

LEFT, RIGHT = (
    np.repeat(np.arange(256, dtype="uint8"), 256),
    np.tile(np.arange(256, dtype="uint8"), 256),
)

Bytes = NDArray[np.uint8]


def expected(a: Bytes, b: Bytes) -> Bytes:
    """The right output."""
    x, y = a.astype(int), b.astype(int)
    return np.asarray(np.abs(x - y), "uint8")


def random_pair(rng: np.random.Generator, n: int) -> tuple[Bytes, Bytes]:
    """Two arrays of n bytes."""
    a, b = rng.integers(0, 256, size=(2, n), dtype="uint8")
    return a, b


def run(module: WasmModule, a: Bytes, b: Bytes, *, misalign: tuple[int, int, int]) -> Bytes:
    """Call it on inputs that stand between other bytes, and return the output."""
    x, y = np.pad(a, 32, constant_values=77), np.pad(b, 32, constant_values=78)
    left, right = module.array(x, misalign=misalign[0]), module.array(y, misalign=misalign[1])
    out = module.array(np.full_like(a, 79), misalign=misalign[2])
    module.call("abs_diff_u8", left.ptr + 32, right.ptr + 32, out.ptr, a.size)
    compare(left.read(), x, what="a after the call")
    compare(right.read(), y, what="b after the call")
    return out.read()


def test_every_length(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """All short lengths, on one instance."""
    module = submission.build()
    for n in range(68):
        a, b = random_pair(rng, n)
        compare(run(module, a, b, misalign=(0, 0, 0)), expected(a, b), what=f"{n} elements")


def test_unaligned(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """Addresses that are no multiple of anything."""
    module = submission.build()
    a, b = random_pair(rng, 61)
    for k in range(1, 16):
        misalign = (k, 5 * k % 16, 3 * k % 16)
        got = run(module, a, b, misalign=misalign)
        compare(got, expected(a, b), what=f"arrays {misalign} bytes past multiples of 64")


def test_all_pairs(submission: Submission[WasmModule]) -> None:
    """Every pair of bytes, in one array."""
    got = run(submission.build(), LEFT, RIGHT, misalign=(0, 0, 0))
    compare(got, expected(LEFT, RIGHT), what="all pairs (element 256 * x + y is x with y)")


def test_all_pairs_in_short_arrays(submission: Submission[WasmModule]) -> None:
    """Every pair of bytes, eight at a time."""
    module = submission.build()
    left, right, out = module.array(LEFT), module.array(RIGHT), module.array(np.zeros_like(LEFT))
    starts = range(0, LEFT.size, 8)
    module.call_rows("abs_diff_u8", [(left.ptr + k, right.ptr + k, out.ptr + k, 8) for k in starts])
    compare(out.read(), expected(LEFT, RIGHT), what="all pairs in arrays of 8")


def test_in_place(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """The output is the first input, the second one, or both."""
    module = submission.build()
    for n in (1, 15, 17, 31, 67):
        a, b = random_pair(rng, n)
        left, right = module.array(a), module.array(b)
        module.call("abs_diff_u8", left.ptr, right.ptr, left.ptr, n)
        compare(left.read(), expected(a, b), what=f"{n} elements, out is a")
        left = module.array(a)
        module.call("abs_diff_u8", left.ptr, right.ptr, right.ptr, n)
        compare(right.read(), expected(a, b), what=f"{n} elements, out is b")
        module.call("abs_diff_u8", left.ptr, left.ptr, left.ptr, n)
        compare(left.read(), expected(a, a), what=f"{n} elements, all three are the same")


def test_large(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """A large array."""
    a, b = random_pair(rng, 100_003)
    compare(
        run(submission.build(), a, b, misalign=(0, 4, 8)), expected(a, b), what="100003 elements"
    )


def test_vector_work(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """The output comes from vector instructions."""
    a, b = random_pair(rng, 497)
    require_vector_work(
        submission.build(), "abs_diff_u8", lambda module: run(module, a, b, misalign=(0, 0, 0))
    )
