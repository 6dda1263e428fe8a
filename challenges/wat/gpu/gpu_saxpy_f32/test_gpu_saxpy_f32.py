"""Export `gpu_saxpy_f32: (f32, i32, i32, i32) -> ()` with the parameters (a, x, y, n).

For every i below n, y[i] becomes a * x[i] + y[i], computed on the GPU: the result overwrites y, and x
stays as it is. Both are arrays of n f32 and do not overlap. All numbers are normal or zero, and
nothing overflows. The product may or may not be rounded before the sum: an error of 1e-6 times the
largest result is allowed. n is from 0 to 100000; for n = 0 nothing is written.
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

LENGTHS = [1, 2, 3, 63, 64, 65, 255, 256, 257, 1000, 4]


def run(module: WasmModule, a: float, x: NDArray[np.float32], y: NDArray[np.float32]) -> WasmArray:
    """Run on a module and return the array y."""
    x_array, y_array = module.array(x), module.array(y)
    module.call("gpu_saxpy_f32", a, x_array.ptr, y_array.ptr, x.size)
    compare(x_array.read(), x, what="x after the call")
    return y_array


def check(module: WasmModule, a: float, x: NDArray[np.float32], y: NDArray[np.float32]) -> None:
    """Run on a module and compare."""
    expected = (a * x.astype("float64") + y).astype("float32")
    got = run(module, a, x, y).read()
    compare(got, expected, tolerance=1e-6, what=f"{x.size} elements, a = {a}")


def test_lengths(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """Lengths around the sizes of workgroups, each with another a, on the same instance."""
    module = submission.build()
    for n in LENGTHS:
        a = float(np.float32(rng.uniform(0.2, 0.8)))
        x, y = rng.uniform(1, 2, size=(2, n)).astype("float32")
        check(module, a, x, y)


def test_factors(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """Negative, zero, large and small factors."""
    module = submission.build()
    x, y = rng.normal(size=(2, 100)).astype("float32")
    for a in (0.0, 1.0, -1.0, -2.5, 1e6, 2.0**-20):
        check(module, a, x, y)


def test_empty(submission: Submission[WasmModule]) -> None:
    """No elements: nothing is written, and nothing fails."""
    check(submission.build(), 2.0, np.zeros(0, "float32"), np.zeros(0, "float32"))


def test_large(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """The largest length, which needs many workgroups."""
    x, y = rng.normal(size=(2, 100_000)).astype("float32")
    check(submission.build(), -1.5, x, y)


def test_gpu_computes(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """The output is what a dispatch computed."""
    x, y = rng.uniform(1, 2, size=(2, 300)).astype("float32")
    require_gpu_work(submission.build(), lambda module: run(module, 3.0, x, y))
