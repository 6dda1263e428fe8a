"""Export `gpu_argmax_f32: (i32, i32) -> i32` with the parameters (input, n).

The result is the index of the largest of n f32, counted from 0; if the largest value stands at several
places, the smallest of their indices. 0.0 and -0.0 are equal. There is no NaN and no subnormal number,
but there may be infinities. The index is found on the GPU: gpu_read copies no more than 16 bytes in one
call of the function. No invocation of a shader may run more than 50000 loop iterations. The input stays
as it is. n is from 1 to 100000.
"""

import numpy as np
from numpy.typing import NDArray

from pytest_llmgen import RuleBroken, Submission, WasmModule, challenge, compare, require_gpu_value

pytestmark = challenge(target="wgsl", tier="gpu", memory=True)

LENGTHS = [1000, 1, 2, 3, 63, 64, 65, 255, 256, 257, 511, 5]


def run(module: WasmModule, values: NDArray[np.float32]) -> int:
    """Find the index on a module."""
    source = module.array(values)
    result = int(module.call("gpu_argmax_f32", source.ptr, values.size))
    compare(source.read(), values, what="the input after the call")
    return result


def check(module: WasmModule, values: NDArray[np.float32]) -> None:
    """Find the index on a module and compare."""
    got, expected = run(module, values), int(values.argmax())
    assert got == expected, f"of {values.size} numbers, the index is {got}, expected {expected}"


def test_lengths(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """The maximum at the end and anywhere, on the same instance."""
    module = submission.build()
    for n in LENGTHS:
        values = rng.permutation(2 * n)[:n].astype("float32")
        check(module, np.sort(values))
        check(module, values - 5000)


def test_places(submission: Submission[WasmModule]) -> None:
    """The maximum at places around those where invocations and workgroups meet."""
    module = submission.build()
    values = np.zeros(1100, "float32")
    for middle in range(0, values.size, 64):
        for place in (middle - 1, middle, middle + 1):
            values[place] = 9
            check(module, values)
            values[place] = 0


def test_negative(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """Only negative numbers."""
    module = submission.build()
    for n in (1, 7, 64, 100, 300):
        check(module, (-1 - rng.random(n)).astype("float32"))


def test_ties(submission: Submission[WasmModule]) -> None:
    """Of equal values the first one counts, wherever it stands."""
    module = submission.build()
    for places in ((0, 1), (1, 256), (255, 256), (3, 515, 700), (511, 512), (130, 389), (258, 517)):
        values = np.zeros(1000, "float32")
        values[list(places)] = 2.5
        check(module, values)
    check(module, np.full(777, -3, "float32"))


def test_special_values(submission: Submission[WasmModule]) -> None:
    """Zeros of both signs are equal; infinities are larger or smaller than all else."""
    module = submission.build()
    inf = np.inf
    for values in (
        [-0.0, 0.0],
        [0.0, -0.0],
        [-1, -0.0, 0.0],
        [1, inf, -inf, inf],
        [-inf, -inf],
        [-inf, -3e38],
    ):
        check(module, np.array(values, "float32"))


def test_neighbours(submission: Submission[WasmModule]) -> None:
    """Values that differ in the last bit."""
    one = np.float32(1)
    values = np.array([one] * 150 + [np.nextafter(one, one * 2)] + [one] * 150, "float32")
    check(submission.build(), values)


def test_large(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """The largest length, with the maximum at different places."""
    module = submission.build()
    values = rng.normal(size=100_000).astype("float32")
    for place in (0, 65_536, 99_999):
        values[place] = 10
        check(module, values)
        values[place] = 0


def test_gpu_computes(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """The result depends on what a dispatch computed."""
    values = rng.uniform(1, 2, size=1000).astype("float32")
    values[777] = 3
    require_gpu_value(submission.build(), lambda module: run(module, values))


def test_only_the_index_comes_back(submission: Submission[WasmModule]) -> None:
    """No partial results are compared on the CPU."""
    module = submission.build()
    check(module, np.arange(1000, dtype="float32"))
    copied = sum(size for _ptr, size, _stands in module.gpu_trace.reads)
    if copied > 16:
        raise RuleBroken(f"gpu_read copied {copied} bytes in one call, allowed are 16")
