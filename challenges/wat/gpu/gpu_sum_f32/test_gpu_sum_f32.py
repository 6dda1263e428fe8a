"""Export `gpu_sum_f32: (i32, i32) -> f32` with the parameters (input, n), the sum of an array of n f32.

The whole sum is formed on the GPU: gpu_read copies no more than 16 bytes in one call of the function.
No invocation of a shader may run more than 50000 loop iterations. All values are finite. The sum may
be formed in any order: an error of 1e-5 times the sum of the absolute values is allowed. The input
stays as it is. n is from 0 to 100000; for n = 0 the result is 0.
"""

import numpy as np
from numpy.typing import NDArray

from pytest_llmgen import RuleBroken, Submission, WasmModule, challenge, compare, require_gpu_value

pytestmark = challenge(target="wgsl", tier="gpu", memory=True)

LENGTHS = [1, 2, 3, 31, 63, 64, 65, 128, 255, 256, 257, 511, 1000, 4097, 5]


def run(module: WasmModule, values: NDArray[np.float32]) -> float:
    """Sum on a module."""
    source = module.array(values)
    result = float(module.call("gpu_sum_f32", source.ptr, values.size))
    compare(source.read(), values, what="the input after the call")
    return result


def check(module: WasmModule, values: NDArray[np.float32]) -> None:
    """Sum on a module and compare."""
    got, expected = run(module, values), float(values.sum(dtype="float64"))
    allowed = 1e-5 * float(np.abs(values).sum(dtype="float64"))
    assert abs(got - expected) <= allowed, (
        f"the sum of {values.size} elements is {got}, expected {expected} +- {allowed:.3g}"
    )


def test_lengths(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """Lengths around the sizes of workgroups, one after another on the same instance."""
    module = submission.build()
    for n in LENGTHS:
        check(module, rng.uniform(0.5, 2, size=n).astype("float32"))


def test_signs(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """Values of both signs and of very different sizes."""
    values = rng.normal(size=999) * 10.0 ** rng.integers(-6, 7, size=999)
    check(submission.build(), values.astype("float32"))


def test_every_element_counts(submission: Submission[WasmModule]) -> None:
    """One large value among small ones, at different places."""
    module = submission.build()
    for place in (0, 1, 63, 64, 255, 256, 257, 298, 299):
        values = np.full(300, 0.001, "float32")
        values[place] = 1000
        check(module, values)


def test_empty(submission: Submission[WasmModule]) -> None:
    """The sum of nothing is 0, also after another call."""
    module = submission.build()
    check(module, np.ones(3, "float32"))
    check(module, np.zeros(0, "float32"))


def test_large(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """Many workgroups, and the largest length."""
    module = submission.build()
    for n in (65_536, 65_537, 100_000):
        check(module, rng.uniform(0.5, 2, size=n).astype("float32"))


def test_gpu_computes(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """The result depends on what a dispatch computed."""
    values = rng.uniform(1, 2, size=1000).astype("float32")
    require_gpu_value(submission.build(), lambda module: run(module, values))


def test_only_the_sum_comes_back(
    submission: Submission[WasmModule], rng: np.random.Generator
) -> None:
    """No partial sums are added on the CPU."""
    module = submission.build()
    check(module, rng.uniform(1, 2, size=1000).astype("float32"))
    copied = sum(size for _ptr, size, _stands in module.gpu_trace.reads)
    if copied > 16:
        raise RuleBroken(f"gpu_read copied {copied} bytes in one call, allowed are 16")
