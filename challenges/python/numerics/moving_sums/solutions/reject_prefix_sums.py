# reject: test_example wrong_answer - a huge element rounds all later sums
"""Differences of sums from the start."""

import numpy as np
from numpy.typing import NDArray


def moving_sums(x: NDArray[np.float64], size: int, out: NDArray[np.float64]) -> None:
    """Sums of `size` neighbours, in place."""
    total = np.concatenate([[0.0], np.cumsum(x)])
    if out.size:
        out[:] = total[size:] - total[:-size]
