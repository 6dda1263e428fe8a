"""Export `gpu_count_between_f32: (i32, i32, f32, f32) -> i32` with the parameters (input, n, low, high).

The result is how many of the n f32 of the input are at least `low` and less than `high`, counted on the
GPU: gpu_read copies no more than 16 bytes in one call of the function. No invocation of a shader may
run more than 50000 loop iterations. There is no NaN and no subnormal number; the limits may be
infinite, and low may be larger than high, which counts nothing. The input stays as it is. n is from 0
to 100000; for n = 0 the result is 0.
"""

import numpy as np
from numpy.typing import NDArray

from pytest_llmgen import RuleBroken, Submission, WasmModule, challenge, compare, require_gpu_value

pytestmark = challenge(target="wgsl", tier="gpu", memory=True)

LENGTHS = [1, 2, 3, 63, 64, 65, 127, 129, 255, 256, 257, 1000, 5]


def run(module: WasmModule, values: NDArray[np.float32], low: float, high: float) -> int:
    """Count on a module."""
    source = module.array(values)
    result = int(module.call("gpu_count_between_f32", source.ptr, values.size, low, high))
    compare(source.read(), values, what="the input after the call")
    return result


def check(module: WasmModule, values: NDArray[np.float32], low: float, high: float) -> None:
    """Count on a module and compare."""
    got = run(module, values, low, high)
    expected = int(((values >= np.float32(low)) & (values < np.float32(high))).sum())
    assert got == expected, (
        f"of {values.size} numbers, {got} are counted from {low} to {high}, expected {expected}"
    )


def test_lengths(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """Lengths around the sizes of workgroups, all or some counted, on the same instance."""
    module = submission.build()
    for n in LENGTHS:
        values = rng.uniform(-1, 1, size=n).astype("float32")
        check(module, values, -0.75, 0.5)
        check(module, values, -2, 2)


def test_limits(submission: Submission[WasmModule]) -> None:
    """Numbers equal to the limits, and next to them."""
    module = submission.build()
    limits = np.array([-1.5, 2.25], "float32")
    near = [np.nextafter(limits, np.float32(end)) for end in (-10, 10)]
    values = np.concatenate([limits, limits, limits, *near]).astype("float32")
    for low, high in ((-1.5, 2.25), (-1.5, -1.5), (2.25, -1.5), (2.25, 9), (-9, -1.5), (-1.5, 9)):
        check(module, values, low, high)


def test_special_values(submission: Submission[WasmModule]) -> None:
    """Zeros of both signs are equal, and infinities can be limits and values."""
    module = submission.build()
    values = np.array([0.0, -0.0, 1, -1, np.inf, -np.inf, 3e38, -3e38], "float32")
    for low, high in ((0.0, 5), (-0.0, 5), (-5, 0.0), (-5, -0.0), (-np.inf, np.inf), (3, np.inf)):
        check(module, values, low, high)


def test_empty(submission: Submission[WasmModule]) -> None:
    """Of nothing nothing is counted, also after another call."""
    module = submission.build()
    check(module, np.zeros(3, "float32"), -1, 1)
    check(module, np.zeros(0, "float32"), -1, 1)


def test_large(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """The largest length; all, some or none of the numbers are counted."""
    module = submission.build()
    values = rng.normal(size=100_000).astype("float32")
    for low, high in ((-100, 100), (-0.5, 1.5), (50, 60)):
        check(module, values, low, high)


def test_gpu_computes(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """The result depends on what a dispatch computed."""
    values = rng.uniform(1, 2, size=1000).astype("float32")
    require_gpu_value(submission.build(), lambda module: run(module, values, 1.25, 1.75))


def test_only_the_count_comes_back(
    submission: Submission[WasmModule], rng: np.random.Generator
) -> None:
    """Nothing is counted on the CPU."""
    module = submission.build()
    check(module, rng.uniform(1, 2, size=1000).astype("float32"), 1.25, 1.75)
    copied = sum(size for _ptr, size, _stands in module.gpu_trace.reads)
    if copied > 16:
        raise RuleBroken(f"gpu_read copied {copied} bytes in one call, allowed are 16")
