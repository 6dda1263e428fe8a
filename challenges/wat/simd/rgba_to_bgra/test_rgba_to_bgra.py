"""Export `rgba_to_bgra: (i32, i32, i32) -> ()` with the parameters (a, out, n).

a and out are arrays of n pixels of four bytes each: red, green, blue, alpha in a, and blue, green,
red, alpha in out. Write each pixel of a into the same place of out, in that other order. n is from 0
to 200000; for n = 0 nothing is written. out may be the same array as a; otherwise they do not
overlap, and a stays as it is.

Use 128-bit vector instructions (v128) for all full groups of 4 pixels; the tail may be scalar.
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

Pixels = NDArray[np.uint8]


def pixels(rng: np.random.Generator, n: int) -> Pixels:
    """Random pixels: shape (n, 4)."""
    return rng.integers(0, 256, size=(n, 4), dtype="uint8")


def expected(values: Pixels) -> Pixels:
    """The right output."""
    return values[:, [2, 1, 0, 3]]


def run(module: WasmModule, values: Pixels, *, misalign: tuple[int, int] = (0, 0)) -> Pixels:
    """Call it on an input that stands between other pixels, and return the output."""
    around = np.pad(values, ((8, 8), (0, 0)), constant_values=77)
    source = module.array(around, misalign=misalign[0])
    out = module.array(np.full_like(values, 78), misalign=misalign[1])
    module.call("rgba_to_bgra", source.ptr + 32, out.ptr, len(values))
    compare(source.read(), around, what="a after the call")
    return out.read()


def test_every_length(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """All short lengths, on one instance."""
    module = submission.build()
    for n in range(68):
        values = pixels(rng, n)
        compare(run(module, values), expected(values), what=f"{n} pixels")


def test_in_place(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """The output is the input."""
    module = submission.build()
    for n in range(20):
        values = pixels(rng, n)
        array = module.array(values)
        module.call("rgba_to_bgra", array.ptr, array.ptr, n)
        compare(array.read(), expected(values), what=f"{n} pixels in place")


def test_unaligned(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """Addresses that are no multiple of anything."""
    module = submission.build()
    values = pixels(rng, 23)
    for k in range(1, 16):
        got = run(module, values, misalign=(k, 5 * k % 16))
        compare(got, expected(values), what=f"a {k} bytes past a multiple of 64")


def test_large(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """A large picture."""
    values = pixels(rng, 100_003)
    compare(run(submission.build(), values), expected(values), what="100003 pixels")


def test_vector_work(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """The output comes from vector instructions."""
    values = pixels(rng, 403)
    require_vector_work(
        submission.build(), "rgba_to_bgra", lambda module: run(module, values).view("uint32")
    )
