"""Export `gpu_double_f32: (i32, i32, i32) -> ()` with the parameters (input, output, n).

For every i below n, output[i] = 2 * input[i], computed on the GPU. Both are arrays of n f32; they do
not overlap, and the input stays as it is. The input holds normal numbers and zeros; no result
overflows. n is from 0 to 100000; for n = 0 nothing is written.
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

LENGTHS = [1, 2, 3, 63, 64, 65, 255, 256, 257, 1000]


def run(module: WasmModule, values: NDArray[np.float32]) -> WasmArray:
    """Double `values` on a module and return the output array."""
    source = module.array(values)
    output = module.array(np.full_like(values, np.nan))
    module.call("gpu_double_f32", source.ptr, output.ptr, values.size)
    compare(source.read(), values, what="the input after the call")
    return output


def test_lengths(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """Lengths around the sizes of workgroups."""
    module = submission.build()
    for n in LENGTHS:
        values = rng.normal(size=n).astype("float32")
        compare(run(module, values).read(), 2 * values, what=f"{n} elements")


def test_empty(submission: Submission[WasmModule]) -> None:
    """No elements: nothing is written, and nothing fails."""
    run(submission.build(), np.zeros(0, "float32"))


def test_large(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """The largest length, which needs many workgroups."""
    values = rng.normal(size=100_000).astype("float32")
    compare(run(submission.build(), values).read(), 2 * values, what="100000 elements")


def test_gpu_computes(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """The output is what a dispatch computed."""
    values = rng.uniform(1, 2, size=300).astype("float32")
    require_gpu_work(submission.build(), lambda module: run(module, values))
