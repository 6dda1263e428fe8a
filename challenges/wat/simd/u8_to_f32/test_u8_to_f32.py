"""Export `u8_to_f32: (i32, i32, i32, f32) -> ()` with the parameters (a, out, n, scale).

For every i below n, out[i] = a[i] * scale, where a[i] is an unsigned byte that is first converted to
f32 (which is exact), and the product is rounded to f32 once. a is an array of n bytes, out one of n
f32; they do not overlap, and a stays as it is. n is from 0 to 200000; for n = 0 nothing is written.
scale is any finite number.

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

SCALES = [1.0, 1 / 255, -0.1, 1e-3, 0.0, 3e38, 1e-44]

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]


def expected(values: Bytes, scale: float) -> Floats:
    """The right output."""
    with np.errstate(over="ignore", under="ignore"):
        return values.astype("float32") * np.float32(scale)


def run(
    module: WasmModule, values: Bytes, scale: float, *, misalign: tuple[int, int] = (0, 0)
) -> Floats:
    """Call it on new arrays and return the output."""
    source = module.array(values, misalign=misalign[0])
    out = module.array(np.full(values.size, 77, "float32"), misalign=misalign[1])
    module.call("u8_to_f32", source.ptr, out.ptr, values.size, scale)
    compare(source.read(), values, what="a after the call")
    return out.read()


def test_every_length(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """All short lengths, on one instance, each with its own scale."""
    module = submission.build()
    for n in range(68):
        values, scale = rng.integers(0, 256, size=n, dtype="uint8"), float(np.float32(rng.normal()))
        got = run(module, values, scale)
        compare(got, expected(values, scale), what=f"{n} bytes times {scale}")


def test_every_value(submission: Submission[WasmModule]) -> None:
    """Every byte, with many scales."""
    module = submission.build()
    values = np.arange(256, dtype="uint8")
    for scale in SCALES:
        got = run(module, values, scale)
        compare(got, expected(values, scale), what=f"all bytes times {scale}")


def test_every_value_in_short_arrays(submission: Submission[WasmModule]) -> None:
    """The same, eight at a time."""
    module = submission.build()
    values = np.arange(256, dtype="uint8")
    for scale in SCALES:
        source, out = module.array(values), module.array(np.full(256, 77, "float32"))
        rows = [(source.ptr + k, out.ptr + 4 * k, 8, scale) for k in range(0, 256, 8)]
        module.call_rows("u8_to_f32", rows)
        compare(out.read(), expected(values, scale), what=f"all bytes times {scale}, by eights")


def test_unaligned(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """Addresses that are no multiple of anything."""
    module = submission.build()
    values = rng.integers(0, 256, size=61, dtype="uint8")
    for k in range(1, 16):
        got = run(module, values, 0.3, misalign=(k, 5 * k % 16))
        compare(got, expected(values, 0.3), what=f"a {k} bytes past a multiple of 64")


def test_large(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """A large array."""
    values = rng.integers(0, 256, size=100_003, dtype="uint8")
    got = run(submission.build(), values, 1 / 255)
    compare(got, expected(values, 1 / 255), what="100003 bytes")


def test_vector_work(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """The output comes from vector instructions."""
    values = rng.integers(1, 256, size=497, dtype="uint8")
    require_vector_work(submission.build(), "u8_to_f32", lambda module: run(module, values, 0.3))
