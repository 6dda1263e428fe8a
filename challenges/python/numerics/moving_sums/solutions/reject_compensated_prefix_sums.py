# reject: test_special_values wrong_answer - NaN reaches all later sums
"""Differences of sums from the start, which are exact for finite elements."""

from fractions import Fraction

import numpy as np
from numpy.typing import NDArray


def moving_sums(x: NDArray[np.float64], size: int, out: NDArray[np.float64]) -> None:
    """Sums of `size` neighbours, in place."""
    total = [Fraction(0)]
    for value in x.tolist():
        total.append(total[-1] + Fraction(value if np.isfinite(value) else 0.0))
    for i in range(out.size):
        out[i] = float(total[i + size] - total[i])
    bad = np.flatnonzero(~np.isfinite(x))
    if bad.size and out.size:
        out[max(0, bad[0] - size + 1) :] = np.nan
