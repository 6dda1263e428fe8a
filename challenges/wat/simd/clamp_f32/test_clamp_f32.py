"""Export `clamp_f32: (i32, i32, i32, f32, f32) -> ()` with the parameters (a, out, n, low, high).

For every i below n: where a[i] < low, out[i] = low; where a[i] > high, out[i] = high; where a[i] is
NaN, out[i] = low; elsewhere out[i] = a[i]. a and out are arrays of n f32; n is from 0 to 200000, and
for n = 0 nothing is written. low <= high; neither is NaN, and both may be infinite. Where a[i] and a
bound are both zero, the sign of out[i] does not matter. out may be the same array as a; otherwise
they do not overlap, and a stays as it is.

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

INF = float("inf")

Floats = NDArray[np.float32]


def expected(values: Floats, low: float, high: float) -> Floats:
    """The right output."""
    clamped = np.where(values > np.float32(high), np.float32(high), values)
    return np.where(clamped >= np.float32(low), clamped, np.float32(low))


def run(
    module: WasmModule,
    values: Floats,
    low: float,
    high: float,
    *,
    misalign: tuple[int, int] = (0, 0),
) -> Floats:
    """Call it on new arrays and return the output."""
    source = module.array(values, misalign=misalign[0])
    out = module.array(np.full_like(values, 77), misalign=misalign[1])
    module.call("clamp_f32", source.ptr, out.ptr, values.size, low, high)
    compare(source.read(), values, what="a after the call")
    return out.read()


def check(module: WasmModule, values: Floats, low: float, high: float) -> None:
    """Compare with the right output, out of place and in place."""
    what = f"{values.size} elements between {low} and {high}"
    wanted, zero_bound = expected(values, low, high), low * high == 0
    compare(run(module, values, low, high), wanted, signed_zeros=not zero_bound, what=what)
    array = module.array(values)
    module.call("clamp_f32", array.ptr, array.ptr, values.size, low, high)
    compare(array.read(), wanted, signed_zeros=not zero_bound, what=f"{what}, in place")


def test_every_length(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """All short lengths, on one instance."""
    module = submission.build()
    for n in range(68):
        low, high = sorted(rng.normal(scale=0.7, size=2).astype("float32").tolist())
        check(module, rng.normal(size=n).astype("float32"), low, high)


def test_bounds(submission: Submission[WasmModule]) -> None:
    """Values at and around the bounds, equal bounds, infinite bounds, zeros."""
    module = submission.build()
    values = np.array(
        [-INF, -3e38, -2, -1, -0.5, -0.0, 0.0, 1e-45, 0.5, 1, 2, 3e38, INF], "float32"
    )
    bounds = [
        (-1, 1),
        (-2, -1),
        (1, 2),
        (0.5, 0.5),
        (0, 1),
        (-1, 0),
        (-INF, INF),
        (-INF, -1),
        (1, INF),
    ]
    for low, high in bounds:
        for part in (values, values[:3], values[3:6], values[6:9], values[9:11], values[-2:]):
            check(module, part, low, high)


def test_nan(submission: Submission[WasmModule]) -> None:
    """NaN of either sign, at any place, becomes the lower bound."""
    module = submission.build()
    for place in range(11):
        for nan in (np.nan, -np.nan):
            values = np.linspace(-2, 2, 11, dtype="float32")
            values[place] = nan
            for low, high in ((-1.0, 1.0), (0.5, 0.5), (-INF, INF)):
                check(module, values, low, high)


def test_unaligned(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """Addresses that are no multiple of anything."""
    module = submission.build()
    values = rng.normal(size=23).astype("float32")
    for k in range(1, 16):
        got = run(module, values, -0.5, 0.75, misalign=(k, 5 * k % 16))
        compare(got, expected(values, -0.5, 0.75), what=f"a {k} bytes past a multiple of 64")


def test_large(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """A large array."""
    check(submission.build(), rng.normal(size=100_003).astype("float32"), -0.5, 0.75)


def test_vector_work(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """The output comes from vector instructions."""
    values = rng.uniform(1, 4, size=403).astype("float32")
    require_vector_work(submission.build(), "clamp_f32", lambda module: run(module, values, 2, 3))
