"""Export `vec_add_f32: (i32, i32, i32, i32) -> ()` with the parameters (a, b, out, n).

For every i below n, out[i] = a[i] + b[i]. This is f32 addition: NaN, infinities and signed zeros
come out as it has them. a, b and out are arrays of n f32; n is from 0 to 200000, and for n = 0
nothing is written. out may be the same array as a or b, and a the same as b; otherwise they do not
overlap. An input that is not out stays as it is.

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

SPECIAL = np.array(
    [0.0, -0.0, 1, -1.5, np.inf, -np.inf, np.nan, 3.4028235e38, 1e-45, -1e-40, 16777217, 1e-20],
    "float32",
)
LEFT, RIGHT = np.repeat(SPECIAL, SPECIAL.size), np.tile(SPECIAL, SPECIAL.size)

Floats = NDArray[np.float32]


def expected(a: Floats, b: Floats) -> Floats:
    """The right output."""
    with np.errstate(all="ignore"):
        return a + b


def run(module: WasmModule, a: Floats, b: Floats, *, misalign: tuple[int, int, int]) -> Floats:
    """Call it on new arrays and return the output."""
    left = module.array(a, misalign=misalign[0])
    right = module.array(b, misalign=misalign[1])
    out = module.array(np.full_like(a, 77), misalign=misalign[2])
    module.call("vec_add_f32", left.ptr, right.ptr, out.ptr, a.size)
    compare(left.read(), a, what="a after the call")
    compare(right.read(), b, what="b after the call")
    return out.read()


def test_every_length(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """All short lengths, on one instance."""
    module = submission.build()
    for n in range(68):
        a, b = rng.normal(size=(2, n)).astype("float32")
        got = run(module, a, b, misalign=(0, 0, 0))
        compare(got, expected(a, b), what=f"{n} elements")


def test_unaligned(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """Addresses that are no multiple of anything."""
    module = submission.build()
    a, b = rng.normal(size=(2, 23)).astype("float32")
    for k in range(1, 16):
        misalign = (k, 5 * k % 16, 3 * k % 16)
        got = run(module, a, b, misalign=misalign)
        compare(got, expected(a, b), what=f"arrays {misalign} bytes past multiples of 64")


def test_special_values(submission: Submission[WasmModule]) -> None:
    """NaN, infinities, signed zeros, the largest and the smallest numbers, in pairs."""
    got = run(submission.build(), LEFT, RIGHT, misalign=(0, 0, 0))
    compare(got, expected(LEFT, RIGHT), what="special values")


def test_special_values_in_short_arrays(submission: Submission[WasmModule]) -> None:
    """The same, three at a time."""
    module = submission.build()
    left, right, out = module.array(LEFT), module.array(RIGHT), module.array(np.zeros_like(LEFT))
    starts = range(0, 4 * LEFT.size, 12)
    module.call_rows("vec_add_f32", [(left.ptr + k, right.ptr + k, out.ptr + k, 3) for k in starts])
    compare(out.read(), expected(LEFT, RIGHT), what="special values in arrays of 3")


def test_in_place(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """The output is the first input, the second one, or both."""
    module = submission.build()
    for n in (1, 5, 7, 30, 67):
        a, b = rng.normal(size=(2, n)).astype("float32")
        left, right = module.array(a), module.array(b)
        module.call("vec_add_f32", left.ptr, right.ptr, left.ptr, n)
        compare(left.read(), expected(a, b), what=f"{n} elements, out is a")
        left = module.array(a)
        module.call("vec_add_f32", left.ptr, right.ptr, right.ptr, n)
        compare(right.read(), expected(a, b), what=f"{n} elements, out is b")
        module.call("vec_add_f32", left.ptr, left.ptr, left.ptr, n)
        compare(left.read(), expected(a, a), what=f"{n} elements, all three are the same")


def test_large(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """A large array."""
    a, b = rng.normal(size=(2, 100_003)).astype("float32")
    got = run(submission.build(), a, b, misalign=(0, 4, 8))
    compare(got, expected(a, b), what="100003 elements")


def test_vector_work(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """The output comes from vector instructions."""
    a, b = rng.uniform(1, 2, size=(2, 403)).astype("float32")
    require_vector_work(
        submission.build(), "vec_add_f32", lambda module: run(module, a, b, misalign=(0, 0, 0))
    )
