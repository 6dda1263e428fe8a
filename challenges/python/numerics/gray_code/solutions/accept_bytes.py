"""Words as bits in arrays of bytes, and a table of bits per byte."""

import numpy as np
from numpy.typing import NDArray

BITS = np.array([f"{byte:b}".count("1") for byte in range(256)])


def to_gray(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Gray codes."""
    half = np.right_shift(values, 1)
    return (values | half) & ~(values & half)


def from_gray(codes: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Numbers of Gray codes: the running parity of bits from the highest down."""
    octets = np.frombuffer(codes.astype(">u8").tobytes(), np.uint8)
    bits = np.unpackbits(octets.reshape(codes.size, 8), axis=1)
    parity = np.bitwise_xor.accumulate(bits, axis=1)
    packed = np.packbits(parity, axis=1).tobytes()
    return np.frombuffer(packed, ">u8").astype(np.uint64).reshape(codes.shape)


def distance(a: NDArray[np.uint64], b: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Number of different bits."""
    octets = np.frombuffer((a ^ b).tobytes(), np.uint8).reshape(*a.shape, 8)
    counts: NDArray[np.int64] = BITS[octets].sum(axis=-1, dtype=np.int64)
    return counts
