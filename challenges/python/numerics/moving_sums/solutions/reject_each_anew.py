# reject: test_long_sums timed_out - right, but adds all elements for each sum
"""One window after the other."""

import numpy as np
from numpy.typing import NDArray


def moving_sums(x: NDArray[np.float64], size: int, out: NDArray[np.float64]) -> None:
    """Sums of `size` neighbours, in place."""
    if out.size:
        windows = np.lib.stride_tricks.sliding_window_view(x, size)
        with np.errstate(invalid="ignore"):
            np.sum(windows, axis=1, out=out)
