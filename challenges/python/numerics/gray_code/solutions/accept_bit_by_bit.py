"""One bit of all words after the other, from the highest down."""

import numpy as np
from numpy.typing import NDArray

ONE = np.uint64(1)


def to_gray(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Gray codes."""
    return values ^ (values // np.uint64(2))


def from_gray(codes: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Numbers of Gray codes."""
    values, bit = np.zeros_like(codes), np.zeros_like(codes)
    for place in range(63, -1, -1):
        bit = bit ^ ((codes >> np.uint64(place)) & ONE)
        values = (values << ONE) | bit
    return values


def distance(a: NDArray[np.uint64], b: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Number of different bits."""
    total = np.zeros(a.shape, np.int64)
    for place in range(64):
        total += (((a ^ b) >> np.uint64(place)) & ONE).astype(np.int64)
    return total
