"""Export `gpu_max_i32: (i32, i32) -> i32` with the parameters (input, n), the largest of n signed i32.

The whole maximum is found on the GPU: gpu_read copies no more than 16 bytes in one call of the
function. No invocation of a shader may run more than 50000 loop iterations. The input stays as it is.
n is from 1 to 100000.
"""

import numpy as np
from numpy.typing import NDArray

from pytest_llmgen import RuleBroken, Submission, WasmModule, challenge, compare, require_gpu_value

pytestmark = challenge(target="wgsl", tier="gpu", memory=True)

LENGTHS = [1000, 1, 2, 3, 63, 64, 65, 255, 256, 257, 511, 5]
LOW, HIGH = -(2**31), 2**31 - 1


def run(module: WasmModule, values: NDArray[np.int32]) -> int:
    """Find the maximum on a module."""
    source = module.array(values)
    result = int(module.call("gpu_max_i32", source.ptr, values.size))
    compare(source.read(), values, what="the input after the call")
    return result


def check(module: WasmModule, values: NDArray[np.int32]) -> None:
    """Find the maximum on a module and compare."""
    got, expected = run(module, values), int(values.max())
    assert got == expected, (
        f"the maximum of {values.size} numbers is {got}, expected {expected}, "
        f"which stands at {int(values.argmax())}"
    )


def test_lengths(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """The maximum at the end and anywhere, on the same instance."""
    module = submission.build()
    for n in LENGTHS:
        values = rng.permutation(10 * n)[:n].astype("int32")
        check(module, np.sort(values))
        check(module, values - 20_000)


def test_places(submission: Submission[WasmModule]) -> None:
    """The maximum at places around those where invocations and workgroups meet."""
    module = submission.build()
    values = np.zeros(1100, "int32")
    for middle in range(0, values.size, 64):
        for place in (middle - 1, middle, middle + 1):
            values[place] = 9
            check(module, values)
            values[place] = 0


def test_negative(submission: Submission[WasmModule]) -> None:
    """Only negative numbers, down to the smallest there is."""
    module = submission.build()
    check(module, np.arange(-400, -100, dtype="int32"))
    check(module, np.array([LOW], "int32"))
    check(module, np.array([LOW, LOW + 1, LOW], "int32"))


def test_mixed_signs(submission: Submission[WasmModule]) -> None:
    """Negative numbers are below zero, and zero is below positive ones."""
    module = submission.build()
    for values in ([-1, 0], [5, -5], [LOW, HIGH, -1], [-1, 1, -2], [LOW, 0]):
        check(module, np.array(values, "int32"))


def test_large_numbers(submission: Submission[WasmModule]) -> None:
    """Large numbers that differ by little."""
    module = submission.build()
    for top in (HIGH, 2**30 + 1, -(2**30) + 1, 2**24 + 1):
        check(module, np.arange(top - 299, top + 1).astype("int32"))


def test_large(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """The largest length, with the maximum at different places."""
    module = submission.build()
    values = rng.integers(LOW, HIGH - 1, size=100_000, dtype="int32")
    for place in (0, 65_536, 99_999):
        values[place] = values.max() + 1
        check(module, values)
        values[place] = 0


def test_gpu_computes(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """The result depends on what a dispatch computed."""
    values = np.append(rng.integers(-1000, 1000, size=999), 5000).astype("int32")
    require_gpu_value(submission.build(), lambda module: run(module, values))


def test_only_the_maximum_comes_back(submission: Submission[WasmModule]) -> None:
    """No partial results are compared on the CPU."""
    module = submission.build()
    check(module, np.arange(1000, dtype="int32"))
    copied = sum(size for _ptr, size, _stands in module.gpu_trace.reads)
    if copied > 16:
        raise RuleBroken(f"gpu_read copied {copied} bytes in one call, allowed are 16")
