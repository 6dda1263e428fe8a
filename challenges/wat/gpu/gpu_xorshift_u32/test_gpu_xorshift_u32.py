"""Export `gpu_xorshift_u32: (i32, i32, i32, i32) -> ()` with the parameters (input, output, n, rounds).

For every i below n, output[i] is what becomes of x = input[i] after `rounds` rounds, computed on the
GPU. One round is, in this order: x is replaced by x xor (x shifted left by 13), then by x xor (x
shifted right by 17), then by x xor (x shifted left by 5). x is an unsigned 32-bit number: bits shifted
out are lost, and zeros come in from either side. For rounds = 0 the output equals the input. For
example, 1 becomes 270369 after one round and 67634689 after two.

Both are arrays of n u32; they do not overlap, and the input stays as it is. rounds is from 0 to 1000.
n is from 0 to 100000; for n = 0 nothing is written.
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
ONES = 0xFFFFFFFF


def hashed(values: NDArray[np.uint32], rounds: int) -> NDArray[np.uint32]:
    """The expected output."""
    x = values.astype("uint64")
    for _ in range(rounds):
        x ^= (x << 13) & ONES
        x ^= x >> 17
        x ^= (x << 5) & ONES
    return x.astype("uint32")


def run(module: WasmModule, values: NDArray[np.uint32], rounds: int) -> WasmArray:
    """Run on a module and return the output array."""
    source = module.array(values)
    output = module.array(np.full_like(values, 0xDEADBEEF))
    module.call("gpu_xorshift_u32", source.ptr, output.ptr, values.size, rounds)
    compare(source.read(), values, what="the input after the call")
    return output


def test_lengths(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """Lengths around the sizes of workgroups, one after another on the same instance."""
    module = submission.build()
    for n in LENGTHS:
        values = rng.integers(0, 2**32, size=n, dtype="uint32")
        compare(run(module, values, 1).read(), hashed(values, 1), what=f"{n} elements")


def test_rounds(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """Few and many rounds, and none at all, on the same instance."""
    module = submission.build()
    values = np.append(
        rng.integers(0, 2**32, size=97, dtype="uint32"), np.array([1, 0, ONES], "uint32")
    )
    for rounds in (2, 0, 3, 10, 1, 1000):
        got = run(module, values, rounds).read()
        compare(got, hashed(values, rounds), what=f"{rounds} rounds")


def test_bits(submission: Submission[WasmModule]) -> None:
    """Numbers of a single bit, among them the task's example."""
    values = (1 << np.arange(32)).astype("uint32")
    module = submission.build()
    once, twice = run(module, values, 1).read(), run(module, values, 2).read()
    compare(once, hashed(values, 1), what="single bits")
    assert (once[0], twice[0]) == (270369, 67634689)


def test_empty(submission: Submission[WasmModule]) -> None:
    """No elements: nothing is written, and nothing fails."""
    run(submission.build(), np.zeros(0, "uint32"), 1)


def test_large(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """The largest length, which needs many workgroups."""
    values = rng.integers(0, 2**32, size=100_000, dtype="uint32")
    compare(run(submission.build(), values, 2).read(), hashed(values, 2))


def test_gpu_computes(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """The output is what a dispatch computed."""
    values = rng.integers(1, 2**32, size=300, dtype="uint32")
    require_gpu_work(submission.build(), lambda module: run(module, values, 3))
