"""Export `sum_f32: (i32, i32) -> f32` with the parameters (a, n).

Return the sum of the array a of n f32; n is from 0 to 200000, and the sum of nothing is 0. The
numbers may be added in any order, and the result may be off by 1e-5 times the sum of their absolute
values. If there is a NaN among them the sum is NaN; if there is an infinity (of one sign) and no NaN
it is that infinity. The sign of a zero does not matter. The array stays as it is.

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

Floats = NDArray[np.float32]


def run(module: WasmModule, values: Floats, *, misalign: int = 0) -> float:
    """Sum up `values`, which stand between large numbers."""
    padding = np.full(9, 1e30, "float32")
    around = np.concatenate([padding, values, padding])
    array = module.array(around, misalign=misalign)
    total = float(module.call("sum_f32", array.ptr + padding.nbytes, values.size))
    compare(array.read(), around, what="the array after the call")
    return total


def integers(rng: np.random.Generator, n: int) -> Floats:
    """Whole numbers, which add up exactly in any order."""
    return rng.integers(-1000, 1000, size=n).astype("float32")


def test_every_length(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """All short lengths, on one instance."""
    module = submission.build()
    for n in range(68):
        values = integers(rng, n)
        got = run(module, values)
        assert got == values.sum(), f"sum_f32 of {values.tolist()} = {got}, not {values.sum()}"


def test_unaligned(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """Addresses that are no multiple of anything."""
    module = submission.build()
    values = integers(rng, 23)
    for k in range(1, 16):
        got = run(module, values, misalign=k)
        assert got == values.sum(), f"{k} bytes past a multiple of 64: {got}, not {values.sum()}"


def test_large(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """Large arrays of numbers that have to be rounded."""
    module = submission.build()
    for n in (10_001, 100_003):
        values = rng.normal(size=n).astype("float32")
        exact, scale = float(values.sum(dtype=float)), float(np.abs(values).sum(dtype=float))
        got = run(module, values)
        assert abs(got - exact) <= 1e-5 * scale, f"{n} elements: {got}, expected {exact}"


def test_special_values(submission: Submission[WasmModule]) -> None:
    """One NaN or infinity, at any place."""
    module = submission.build()
    for place in range(11):
        for special in (np.nan, np.inf, -np.inf):
            values = np.ones(11, "float32")
            values[place] = special
            got = run(module, values)
            wanted = np.array(special, "float32")
            compare(np.array(got, "float32"), wanted, what=f"{special} at {place} of 11")


def test_vector_work(submission: Submission[WasmModule]) -> None:
    """What each further group adds to the sum comes from vector instructions."""
    values = np.arange(1, 165, dtype="float32")
    values[:4] = 1

    def gains(module: WasmModule) -> NDArray[np.float64]:
        array = module.array(values)
        rows = [(array.ptr, n) for n in range(4, values.size, 4)]
        return np.diff(module.call_rows("sum_f32", rows))

    with np.errstate(invalid="ignore"):
        require_vector_work(submission.build(), "sum_f32", gains)
