"""Export `bit_reverse_i32: (i32) -> i32`, which reverses the order of the 32 bits of a number.

Bit i of the result is bit 31 - i of the argument.
"""

from collections.abc import Sequence

import numpy as np

from pytest_llmgen import Submission, WasmModule, challenge

pytestmark = challenge(target="wat", tier="scalar")


def check(module: WasmModule, numbers: Sequence[int]) -> None:
    """Compare with the reversed string of binary digits; `numbers` are unsigned."""
    rows = [(n,) for n in numbers]
    for n, got in zip(numbers, module.call_rows("bit_reverse_i32", rows), strict=True):
        expected = int(f"{n:032b}"[::-1], 2)
        assert got % 2**32 == expected, (
            f"bit_reverse_i32({n:#010x}) = {got % 2**32:#010x}, expected {expected:#010x}"
        )


def test_single_bits(submission: Submission[WasmModule]) -> None:
    """Each bit alone, all but each, none and all."""
    bits = [1 << i for i in range(32)]
    check(submission.build(), [0, 2**32 - 1, *bits, *(2**32 - 1 - bit for bit in bits)])


def test_bytes(submission: Submission[WasmModule]) -> None:
    """Every value of a byte, in each of the four places."""
    check(submission.build(), [value << place for value in range(256) for place in (0, 8, 16, 24)])


def test_random_numbers(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """Fresh numbers over the whole range."""
    check(submission.build(), [int(n) for n in rng.integers(0, 2**32, size=200)])
