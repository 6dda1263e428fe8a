"""Export `gpu_sort_u32: (i32, i32) -> ()` with the parameters (data, n).

Sorts the array of n u32 at `data` in place, in ascending order as unsigned numbers, on the GPU. No
invocation of a shader may run more than 50000 loop iterations. n is any number from 0 to 4096, not only
a power of two; for n = 0 nothing is written.
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

LENGTHS = [1, 2, 3, 4, 5, 7, 8, 31, 64, 65, 100, 255, 256, 257, 600]


def run(module: WasmModule, values: NDArray[np.uint32]) -> WasmArray:
    """Sort on a module and return the array."""
    data = module.array(values)
    module.call("gpu_sort_u32", data.ptr, values.size)
    return data


def check(module: WasmModule, values: NDArray[np.uint32]) -> None:
    """Sort on a module and compare."""
    compare(run(module, values).read(), np.sort(values), what=f"{values.size} elements")


def test_lengths(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """Powers of two and other lengths, one after another on the same instance."""
    module = submission.build()
    for n in LENGTHS:
        check(module, rng.integers(0, 2**32, size=n, dtype="uint32"))


def test_orders(submission: Submission[WasmModule]) -> None:
    """Numbers that are sorted already, in reverse, or turned."""
    module = submission.build()
    numbers = np.arange(1, 301, dtype="uint32")
    for values in (numbers, numbers[::-1], np.roll(numbers, 100), np.roll(numbers, 1)):
        check(module, values)


def test_ties(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """Many equal numbers."""
    module = submission.build()
    check(module, rng.integers(0, 4, size=333, dtype="uint32"))
    check(module, np.full(100, 7, "uint32"))


def test_values(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """The whole range, its ends several times, and neighbours of large numbers."""
    ends = [0, 0xFFFFFFFF, 0x80000000, 0x7FFFFFFF] * 5
    near = range(0xFFFFFF00, 0xFFFFFF50)
    values = rng.permutation([*ends, *near, *range(2**24 + 40, 2**24 - 40, -1)])
    check(submission.build(), values.astype("uint32"))


def test_empty(submission: Submission[WasmModule]) -> None:
    """No elements: nothing is written, and nothing fails."""
    run(submission.build(), np.zeros(0, "uint32"))


def test_large(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """The largest length, and one that is no power of two."""
    module = submission.build()
    for n in (4096, 3333):
        check(module, rng.integers(0, 2**32, size=n, dtype="uint32"))


def test_gpu_computes(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """The output is what a dispatch computed; few numbers may stand at their place already."""
    values = np.sort(rng.choice(2**31, size=300, replace=False) + 1)[::-1].astype("uint32")
    require_gpu_work(submission.build(), lambda module: run(module, values))
