# reject: test_huge_elements wrong_answer - the transform mixes all elements
"""Convolution by way of the Fourier transform."""

import numpy as np
from numpy.typing import NDArray


def moving_sums(x: NDArray[np.float64], size: int, out: NDArray[np.float64]) -> None:
    """Sums of `size` neighbours, in place."""
    if out.size == 0:
        return
    window = np.fft.rfft(np.ones(size), 2 * x.size)
    sums = np.fft.irfft(np.fft.rfft(x, 2 * x.size) * window, 2 * x.size)
    out[:] = sums[size - 1 : x.size]
