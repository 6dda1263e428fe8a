# reject: test_single_bits wrong_answer - looks at the lower 32 bits only
"""Shifts of whole words, by 1 for the code and by powers of two for its inverse."""

import numpy as np
from numpy.typing import NDArray


def to_gray(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Gray codes."""
    return values ^ (values >> np.uint64(1))


def from_gray(codes: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Numbers of Gray codes: each bit is the parity of those from it upwards."""
    values = codes.copy()
    for shift in (1, 2, 4, 8, 16, 32):
        values = values ^ (values >> np.uint64(shift))
    return values


def distance(a: NDArray[np.uint64], b: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Number of different bits: sums in ever wider fields."""
    x = (a ^ b) & np.uint64(0xFFFFFFFF)
    x = x - ((x >> np.uint64(1)) & np.uint64(0x5555555555555555))
    x = (x & np.uint64(0x3333333333333333)) + ((x >> np.uint64(2)) & np.uint64(0x3333333333333333))
    x = (x + (x >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
    for shift in (8, 16):
        x = x + (x >> np.uint64(shift))
    return (x & np.uint64(127)).astype(np.int64)
