"""Export `dot_i16: (i32, i32, i32) -> i32` with the parameters (a, b, n).

Return the sum of a[i] * b[i] over all i below n. a and b are arrays of n signed 16-bit integers; the
products are exact, and their sum wraps around modulo 2**32. n is from 0 to 200000; for n = 0 the
result is 0. a may be the same array as b. The arrays stay as they are.

Use 128-bit vector instructions (v128) for all full groups of 8 elements; the tail may be scalar.
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

Shorts = NDArray[np.int16]


def expected(a: Shorts, b: Shorts) -> int:
    """The right result, as a signed number."""
    total = int(a.astype(np.int64) @ b.astype(np.int64))
    return (total + 2**31) % 2**32 - 2**31


def random_pair(rng: np.random.Generator, n: int) -> tuple[Shorts, Shorts]:
    """Two arrays over the whole range."""
    a, b = rng.integers(-(2**15), 2**15, size=(2, n), dtype="int16")
    return a, b


def run(module: WasmModule, a: Shorts, b: Shorts, *, misalign: tuple[int, int] = (0, 0)) -> int:
    """The product of two arrays that stand between other numbers."""
    padding = np.full(17, 12345, "int16")
    left = module.array(np.concatenate([padding, a, padding]), misalign=misalign[0])
    right = module.array(np.concatenate([padding, b, padding]), misalign=misalign[1])
    skip = padding.nbytes
    result = int(module.call("dot_i16", left.ptr + skip, right.ptr + skip, a.size))
    compare(left.read()[17:-17], a, what="a after the call")
    compare(right.read()[17:-17], b, what="b after the call")
    return result


def test_every_length(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """All short lengths, on one instance."""
    module = submission.build()
    for n in range(68):
        a, b = random_pair(rng, n)
        got = run(module, a, b)
        assert got == expected(a, b), f"{n} elements: got {got}, expected {expected(a, b)}"


def test_short_arrays(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """Many arrays of seven elements."""
    module = submission.build()
    a, b = random_pair(rng, 700)
    left, right = module.array(a), module.array(b)
    rows = [(left.ptr + k, right.ptr + k, 7) for k in range(0, 2 * 700, 14)]
    for k, got in enumerate(module.call_rows("dot_i16", rows)):
        x, y = a[7 * k : 7 * k + 7], b[7 * k : 7 * k + 7]
        assert got == expected(x, y), f"{x.tolist()} times {y.tolist()}: got {got}"


def test_extremes(submission: Submission[WasmModule]) -> None:
    """The ends of the range, where sums of two products overflow."""
    module = submission.build()
    for low, high in ((-32768, -32768), (-32768, 32767), (32767, 32767), (-1, 1), (-1, 32767)):
        for n in (1, 2, 7, 8, 16, 31):
            a, b = np.full(n, low, "int16"), np.full(n, high, "int16")
            got = run(module, a, b)
            assert got == expected(a, b), f"{n} times {low} * {high}: got {got}"


def test_unaligned(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """Addresses that are no multiple of anything."""
    module = submission.build()
    for k in range(1, 16):
        a, b = random_pair(rng, 45)
        got = run(module, a, b, misalign=(k, 5 * k % 16))
        assert got == expected(a, b), f"a {k} bytes past a multiple of 64: got {got}"


def test_large(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """Large arrays; the second time both are the same one."""
    module = submission.build()
    a, b = random_pair(rng, 100_003)
    got = run(module, a, b)
    assert got == expected(a, b), f"100003 elements: got {got}, expected {expected(a, b)}"
    array = module.array(a)
    got = module.call("dot_i16", array.ptr, array.ptr, a.size)
    assert got == expected(a, a), f"100003 squares: got {got}, expected {expected(a, a)}"


def test_vector_work(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """What each further group adds to the result comes from vector instructions."""
    a, b = rng.integers(1, 100, size=(2, 331)).astype("int16")

    def gains(module: WasmModule) -> NDArray[np.int64]:
        left, right = module.array(a), module.array(b)
        rows = [(left.ptr, right.ptr, n) for n in range(8, a.size, 8)]
        return np.diff(module.call_rows("dot_i16", rows))

    require_vector_work(submission.build(), "dot_i16", gains)
