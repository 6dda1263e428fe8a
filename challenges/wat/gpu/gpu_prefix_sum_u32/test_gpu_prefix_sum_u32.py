"""Export `gpu_prefix_sum_u32: (i32, i32, i32) -> ()` with the parameters (input, output, n).

For every i below n, output[i] is the sum of input[0] up to and including input[i], modulo 2**32,
computed on the GPU. Both are arrays of n u32; they do not overlap, and the input stays as it is. No
invocation of a shader may run more than 50000 loop iterations. n is from 0 to 100000; for n = 0
nothing is written.
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

LENGTHS = [1, 2, 3, 7, 63, 64, 65, 127, 128, 129, 255, 256, 257, 511, 512, 513, 1000, 1025, 4097, 5]


def run(module: WasmModule, values: NDArray[np.uint32]) -> WasmArray:
    """Sum on a module and return the output array."""
    source = module.array(values)
    output = module.array(np.full_like(values, 0xDEADBEEF))
    module.call("gpu_prefix_sum_u32", source.ptr, output.ptr, values.size)
    compare(source.read(), values, what="the input after the call")
    return output


def check(module: WasmModule, values: NDArray[np.uint32]) -> None:
    """Sum on a module and compare."""
    expected = np.cumsum(values, dtype="uint32")
    compare(run(module, values).read(), expected, what=f"{values.size} elements")


def test_lengths(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """Lengths around the sizes of blocks, one after another on the same instance."""
    module = submission.build()
    for n in LENGTHS:
        check(module, rng.integers(1, 1000, size=n, dtype="uint32"))


def test_wrap_around(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """Sums of large numbers are taken modulo 2**32."""
    check(submission.build(), rng.integers(0, 2**32, size=1777, dtype="uint32"))


def test_empty(submission: Submission[WasmModule]) -> None:
    """No elements: nothing is written, and nothing fails."""
    run(submission.build(), np.zeros(0, "uint32"))


def test_large(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """Lengths that need many blocks, with and without a rest."""
    module = submission.build()
    for n in (16_385, 65_536, 65_793, 100_000):
        check(module, rng.integers(0, 2**32, size=n, dtype="uint32"))


def test_gpu_computes(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """The output is what a dispatch computed; the first element may be a copy."""
    values = rng.integers(1, 1000, size=700, dtype="uint32")
    require_gpu_work(submission.build(), lambda module: run(module, values), slack=1)
