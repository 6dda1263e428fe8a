"""Export `gpu_where_f32: (i32, i32, i32, i32, i32) -> ()` with the parameters (condition, a, b, output, n).

For every i below n, output[i] is a[i] where condition[i] is not zero, and b[i] where it is, decided on
the GPU. condition is an array of n u32, in which every value but 0 means true. a, b and output are
arrays of n f32; the values are normal numbers, zeros or infinities and are copied as they are. The
arrays do not overlap, and the inputs stay as they are. n is from 0 to 100000; for n = 0 nothing is
written.
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


def run(
    module: WasmModule,
    condition: NDArray[np.uint32],
    a: NDArray[np.float32],
    b: NDArray[np.float32],
) -> WasmArray:
    """Choose on a module and return the output array."""
    inputs = [module.array(values) for values in (condition, a, b)]
    output = module.array(np.full_like(a, np.nan))
    module.call("gpu_where_f32", *(array.ptr for array in inputs), output.ptr, a.size)
    for array, values in zip(inputs, (condition, a, b), strict=True):
        compare(array.read(), values, what="an input after the call")
    return output


def test_lengths(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """Lengths around the sizes of workgroups, one after another on the same instance."""
    module = submission.build()
    for n in LENGTHS:
        condition = rng.integers(0, 2, size=n, dtype="uint32")
        a, b = rng.normal(size=(2, n)).astype("float32")
        got = run(module, condition, a, b).read()
        compare(got, np.where(condition, a, b), what=f"{n} elements")


def test_any_nonzero_is_true(submission: Submission[WasmModule]) -> None:
    """Not only 1 is true: every bit counts."""
    values = [0, *(1 << bit for bit in range(32)), 0, 255, 0xFFFFFFFF, 0x7FFFFFFF, 256, 0]
    condition = np.array(values, "uint32")
    a = np.arange(1, condition.size + 1, dtype="float32")
    got = run(submission.build(), condition, a, -a).read()
    compare(got, np.where(condition != 0, a, -a), what="conditions of single bits")


def test_infinities(submission: Submission[WasmModule]) -> None:
    """The value that is not chosen has no influence, and signs of zeros are kept."""
    condition = np.array([0, 1, 0, 1, 0, 1, 0, 1], "uint32")
    a = np.array([np.inf, 1, -np.inf, -np.inf, 2, -0.0, 3, np.inf], "float32")
    b = np.array([1, np.inf, -0.0, np.inf, -np.inf, 5, 0.0, -np.inf], "float32")
    compare(run(submission.build(), condition, a, b).read(), np.where(condition != 0, a, b))


def test_empty(submission: Submission[WasmModule]) -> None:
    """No elements: nothing is written, and nothing fails."""
    none = np.zeros(0, "float32")
    run(submission.build(), np.zeros(0, "uint32"), none, none)


def test_large(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """The largest length, which needs many workgroups."""
    condition = rng.integers(0, 2, size=100_000, dtype="uint32")
    a, b = rng.normal(size=(2, 100_000)).astype("float32")
    compare(run(submission.build(), condition, a, b).read(), np.where(condition, a, b))


def test_gpu_computes(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """The output is what a dispatch decided; half of it may have been uploaded as it is."""
    condition = np.arange(300, dtype="uint32") % 2
    a, b = rng.uniform(1, 2, size=(2, 300)).astype("float32")
    require_gpu_work(submission.build(), lambda module: run(module, condition, a, b), slack=150)
