"""Export `prefix_sum_i32: (i32, i32, i32) -> ()` with the parameters (a, out, n).

For every i below n, out[i] = a[0] + a[1] + ... + a[i], modulo 2**32: [1, 2, 3] becomes [1, 3, 6]. a
and out are arrays of n 32-bit integers; n is from 0 to 200000, and for n = 0 nothing is written. out
may be the same array as a; otherwise they do not overlap, and a stays as it is.

Use 128-bit vector instructions (v128) for all full groups of 4 elements: the sums inside a group come
from vector additions. The tail may be scalar.
"""

import numpy as np
from numpy.typing import NDArray

from pytest_llmgen import (
    Submission,
    WasmModule,
    challenge,
    compare,
    require_vector_work,
)

pytestmark = challenge(target="wat", tier="simd", memory=True)

Integers = NDArray[np.int32]


def random(rng: np.random.Generator, n: int) -> Integers:
    """Integers over the whole range."""
    return rng.integers(-(2**31), 2**31, size=n, dtype="int32")


def expected(values: Integers) -> Integers:
    """The right output."""
    return np.cumsum(values, dtype="uint32").view("int32")


def run(module: WasmModule, values: Integers, *, misalign: tuple[int, int] = (0, 0)) -> Integers:
    """Call it on new arrays and return the output."""
    source = module.array(values, misalign=misalign[0])
    out = module.array(np.full_like(values, 77), misalign=misalign[1])
    module.call("prefix_sum_i32", source.ptr, out.ptr, values.size)
    compare(source.read(), values, what="a after the call")
    return out.read()


def test_example(submission: Submission[WasmModule]) -> None:
    """The example of the task."""
    got = run(submission.build(), np.array([1, 2, 3], "int32"))
    compare(got, np.array([1, 3, 6], "int32"), what="[1, 2, 3]")


def test_every_length(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """All short lengths, on one instance."""
    module = submission.build()
    for n in range(68):
        values = random(rng, n)
        compare(run(module, values), expected(values), what=f"{n} elements")


def test_in_place(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """The output is the input."""
    module = submission.build()
    for n in range(20):
        values = random(rng, n)
        array = module.array(values)
        module.call("prefix_sum_i32", array.ptr, array.ptr, n)
        compare(array.read(), expected(values), what=f"{n} elements in place")


def test_unaligned(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """Addresses that are no multiple of anything."""
    module = submission.build()
    values = random(rng, 23)
    for k in range(1, 16):
        got = run(module, values, misalign=(k, 5 * k % 16))
        compare(got, expected(values), what=f"a {k} bytes past a multiple of 64")


def test_large(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """A large array."""
    values = random(rng, 100_003)
    compare(run(submission.build(), values), expected(values), what="100003 elements")


def test_vector_work(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """What each element adds to the output comes from vector instructions."""
    values = random(rng, 403)

    def steps(module: WasmModule) -> Integers:
        return np.diff(run(module, values), prepend=np.int32(0))

    require_vector_work(submission.build(), "prefix_sum_i32", steps)
