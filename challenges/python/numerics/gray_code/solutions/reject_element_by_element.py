# reject: test_large timed_out - right, but a loop over elements and bits
"""Integers of Python."""

import numpy as np
from numpy.typing import NDArray

Words = NDArray[np.uint64]


def to_gray(values: Words) -> Words:
    """Gray codes."""
    numbers = [value ^ (value >> 1) for value in values.ravel().tolist()]
    return np.array(numbers, np.uint64).reshape(values.shape)


def from_gray(codes: Words) -> Words:
    """Numbers of Gray codes."""
    numbers = []
    for code in codes.ravel().tolist():
        value = 0
        for place in range(63, -1, -1):
            value |= (((value >> (place + 1)) ^ (code >> place)) & 1) << place
        numbers.append(value)
    return np.array(numbers, np.uint64).reshape(codes.shape)


def distance(a: Words, b: Words) -> NDArray[np.int64]:
    """Number of different bits."""
    pairs = zip(a.ravel().tolist(), b.ravel().tolist(), strict=True)
    return np.array([(x ^ y).bit_count() for x, y in pairs], np.int64).reshape(a.shape)
