"""Export `gpu_block_scan_u32: (i32, i32, i32) -> ()` with the parameters (input, output, n).

The input is an array of n u32, cut into blocks of 256 elements; the last block may be shorter. Within
each block, output[i] is the sum of the block's elements from its first up to and including input[i],
modulo 2**32, computed on the GPU. For 300 ones, the output is 1, 2, ..., 256, 1, 2, ..., 44. The arrays
do not overlap, and the input stays as it is. No invocation of a shader may run more than 50000 loop
iterations. n is from 0 to 100000; for n = 0 nothing is written.
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

LENGTHS = [1, 2, 3, 8, 63, 64, 65, 128, 129, 255, 256, 257, 511, 512, 513, 1000, 5]


def scanned(values: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """The expected output."""
    starts = range(0, values.size, 256)
    parts = [np.cumsum(values[start : start + 256], dtype="uint32") for start in starts]
    return np.concatenate([np.zeros(0, "uint32"), *parts])


def run(module: WasmModule, values: NDArray[np.uint32]) -> WasmArray:
    """Scan on a module and return the output array."""
    source = module.array(values)
    output = module.array(np.full_like(values, 0xDEADBEEF))
    module.call("gpu_block_scan_u32", source.ptr, output.ptr, values.size)
    compare(source.read(), values, what="the input after the call")
    return output


def test_lengths(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """Lengths around the sizes of blocks and their parts, on the same instance."""
    module = submission.build()
    for n in LENGTHS:
        values = rng.integers(1, 1000, size=n, dtype="uint32")
        compare(run(module, values).read(), scanned(values), what=f"{n} elements")


def test_ones(submission: Submission[WasmModule]) -> None:
    """The example of the task."""
    expected = [*range(1, 257), *range(1, 45)]
    got = run(submission.build(), np.ones(300, "uint32")).read()
    compare(got, np.array(expected, "uint32"), what="300 ones")


def test_wrap_around(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """Sums of large numbers are taken modulo 2**32."""
    values = rng.integers(0, 2**32, size=777, dtype="uint32")
    compare(run(submission.build(), values).read(), scanned(values), what="777 large numbers")


def test_empty(submission: Submission[WasmModule]) -> None:
    """No elements: nothing is written, and nothing fails."""
    run(submission.build(), np.zeros(0, "uint32"))


def test_large(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """The largest length, whose last block is not full."""
    values = rng.integers(0, 2**32, size=100_000, dtype="uint32")
    compare(run(submission.build(), values).read(), scanned(values), what="100000 elements")


def test_gpu_computes(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """The output is what a dispatch computed."""
    values = rng.integers(1, 1000, size=600, dtype="uint32")
    require_gpu_work(submission.build(), lambda module: run(module, values), slack=-(-600 // 256))
