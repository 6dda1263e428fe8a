"""Export `gpu_compact_u32: (i32, i32, i32) -> i32` with the parameters (input, output, n).

The output becomes those elements of the input that are not zero, in the order in which they stand
there; the result of the function is their number. The elements are selected and moved on the GPU. The
input is an array of n u32 and stays as it is. The output has room for exactly as many u32 as there are
elements that are not zero. The arrays do not overlap. No invocation of a shader may run more than 50000
loop iterations. n is from 0 to 50000; for n = 0 nothing is written, and the result is 0.
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

LENGTHS = [1, 2, 3, 8, 63, 64, 65, 127, 255, 256, 257, 511, 512, 513, 1000, 2049, 5]


def run(module: WasmModule, values: NDArray[np.uint32]) -> tuple[int, WasmArray]:
    """Select on a module; return the result and the output array."""
    source = module.array(values)
    output = module.array(np.zeros(np.count_nonzero(values), "uint32"))
    count = int(module.call("gpu_compact_u32", source.ptr, output.ptr, values.size))
    compare(source.read(), values, what="the input after the call")
    return count, output


def check(module: WasmModule, values: NDArray[np.uint32]) -> None:
    """Select on a module and compare."""
    count, output = run(module, values)
    expected = values[values != 0]
    compare(output.read(), expected, what=f"{expected.size} of {values.size} elements")
    assert count == expected.size, (
        f"the result for {values.size} elements is {count}, expected {expected.size}"
    )


def sparse(rng: np.random.Generator, n: int, density: float) -> NDArray[np.uint32]:
    """Numbers of which a part is not zero."""
    values = rng.integers(1, 2**32, size=n, dtype="uint32")
    return np.where(rng.random(n) < density, values, 0).astype("uint32")


def test_lengths(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """Lengths around the sizes of workgroups, few and many zeros, on the same instance."""
    module = submission.build()
    for n in LENGTHS:
        for density in (0.2, 0.9):
            check(module, sparse(rng, n, density))


def test_values(submission: Submission[WasmModule]) -> None:
    """Every value but 0 counts: single bits, with zeros between."""
    bits = (1 << np.arange(32)).astype("uint32")
    check(submission.build(), np.stack([bits, 0 * bits, bits[::-1]], axis=1).ravel())


def test_all_or_none(submission: Submission[WasmModule]) -> None:
    """Only zeros, no zeros, and a single element at either end."""
    module = submission.build()
    numbers = np.arange(1, 601, dtype="uint32")
    for values in (0 * numbers, numbers, numbers * (numbers == 1), numbers * (numbers == 600)):
        check(module, values.astype("uint32"))


def test_empty(submission: Submission[WasmModule]) -> None:
    """No elements: nothing is written, and the result is 0."""
    check(submission.build(), np.zeros(0, "uint32"))


def test_large(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """The largest length and one that leaves a rest."""
    module = submission.build()
    for n in (50_000, 33_333):
        check(module, sparse(rng, n, 0.4))


def test_gpu_computes(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """The output is what a dispatch moved there."""
    values = sparse(rng, 900, 0.5)
    require_gpu_work(submission.build(), lambda module: run(module, values)[1])
