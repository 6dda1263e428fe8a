"""Export `premultiply_rgba: (i32, i32, i32) -> ()` with the parameters (a, out, n).

a and out are arrays of n pixels of four unsigned bytes each: red, green, blue, alpha. For each pixel
write alpha unchanged, and each colour c as c * alpha / 255, rounded to the nearest integer (it is
never halfway between two): 255 with alpha 128 becomes 128, and 100 with alpha 100 becomes 39. n is
from 0 to 200000; for n = 0 nothing is written. out may be the same array as a; otherwise they do not
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

COLOURS, ALPHAS = np.divmod(np.arange(65_536), 256)
EVERY_COLOUR = np.stack([COLOURS, 255 - COLOURS, COLOURS ^ 85, ALPHAS], axis=1).astype("uint8")


def pixels(rng: np.random.Generator, n: int) -> Pixels:
    """Random pixels: shape (n, 4)."""
    return rng.integers(0, 256, size=(n, 4), dtype="uint8")


def expected(values: Pixels) -> Pixels:
    """The right output."""
    factors = values[:, 3:].astype(int) * [1, 1, 1, 0] + [0, 0, 0, 255]
    return np.asarray((values * factors + 127) // 255, "uint8")


def run(module: WasmModule, values: Pixels, *, misalign: tuple[int, int] = (0, 0)) -> Pixels:
    """Call it on new arrays and return the output."""
    source = module.array(values, misalign=misalign[0])
    out = module.array(np.full_like(values, 77), misalign=misalign[1])
    module.call("premultiply_rgba", source.ptr, out.ptr, len(values))
    compare(source.read(), values, what="a after the call")
    return out.read()


def test_examples(submission: Submission[WasmModule]) -> None:
    """The examples of the task."""
    got = run(submission.build(), np.array([[255, 0, 0, 128], [100, 0, 0, 100]], "uint8"))
    compare(got, np.array([[128, 0, 0, 128], [39, 0, 0, 100]], "uint8"), what="the examples")


def test_every_length(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """All short lengths, on one instance."""
    module = submission.build()
    for n in range(68):
        values = pixels(rng, n)
        compare(run(module, values), expected(values), what=f"{n} pixels")


def test_every_colour(submission: Submission[WasmModule]) -> None:
    """Every colour with every alpha."""
    got = run(submission.build(), EVERY_COLOUR)
    compare(got, expected(EVERY_COLOUR), what="pixel 256 * c + alpha, with red = c")


def test_every_colour_in_short_arrays(submission: Submission[WasmModule]) -> None:
    """The same, two pixels at a time."""
    module = submission.build()
    source, out = module.array(EVERY_COLOUR), module.array(np.zeros_like(EVERY_COLOUR))
    rows = [(source.ptr + k, out.ptr + k, 2) for k in range(0, EVERY_COLOUR.size, 8)]
    module.call_rows("premultiply_rgba", rows)
    compare(out.read(), expected(EVERY_COLOUR), what="pixel 256 * c + alpha, by twos")


def test_in_place(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """The output is the input."""
    module = submission.build()
    for n in range(20):
        values = pixels(rng, n)
        array = module.array(values)
        module.call("premultiply_rgba", array.ptr, array.ptr, n)
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
    """The colours come from vector instructions."""
    values = pixels(rng, 403)

    def colours(module: WasmModule) -> Pixels:
        opaque = run(module, values)
        opaque[:, 3] = 255
        return opaque.view("uint32")

    require_vector_work(submission.build(), "premultiply_rgba", colours)
