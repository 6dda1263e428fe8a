"""Export `reverse_bytes: (i32, i32) -> ()` with the parameters (data, length).

It reverses the order of the `length` bytes at the address `data`, in place: the byte at data + i and
the one at data + length - 1 - i change places. length is from 0 to 100000, data is any address. No
other memory of the caller is changed.
"""

import numpy as np
from numpy.typing import NDArray

from pytest_llmgen import Submission, WasmModule, challenge, compare

pytestmark = challenge(target="wat", tier="scalar", memory=True)


def check(module: WasmModule, values: NDArray[np.uint8], skip: int) -> None:
    """Reverse `values` but for `skip` bytes at either end."""
    stop = values.size - skip
    array = module.array(values, misalign=skip)
    expected = values.copy()
    expected[skip:stop] = values[skip:stop][::-1]
    module.call("reverse_bytes", array.ptr + skip, stop - skip)
    compare(array.read(), expected, what=f"{stop - skip} bytes")
    module.call("reverse_bytes", array.ptr + skip, stop - skip)
    compare(array.read(), values, what=f"{stop - skip} bytes, reversed twice")


def test_lengths(submission: Submission[WasmModule]) -> None:
    """Every length from 0 to 70, with bytes that all differ."""
    module = submission.build()
    for length in range(71):
        check(module, np.arange(1, length + 1, dtype=np.uint8), skip=0)


def test_neighbours(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """Part of an array at unaligned addresses; the bytes beside it stay."""
    module = submission.build()
    for length in range(40):
        skip = length % 7 + 1
        check(module, rng.integers(0, 256, size=length + 2 * skip, dtype=np.uint8), skip)


def test_large(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """The largest length, and an odd one."""
    module = submission.build()
    for length in (100_000, 65_535):
        check(module, rng.integers(0, 256, size=length, dtype=np.uint8), skip=0)
