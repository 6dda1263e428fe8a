# reject: test_huge_elements wrong_answer - what rounding loses never comes back
"""Adds the element that comes in and takes off the one that goes out."""

import numpy as np
from numpy.typing import NDArray


def moving_sums(x: NDArray[np.float64], size: int, out: NDArray[np.float64]) -> None:
    """Sums of `size` neighbours, in place."""
    if out.size == 0:
        return
    total = float(x[:size].sum())
    out[0] = total
    for i in range(1, out.size):
        total += float(x[i + size - 1]) - float(x[i - 1])
        out[i] = total
