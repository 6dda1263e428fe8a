"""Sums of 1, 2, 4, ... neighbours, each from two of the one before; size is put together of them."""

import numpy as np
from numpy.typing import NDArray


def moving_sums(x: NDArray[np.float64], size: int, out: NDArray[np.float64]) -> None:
    """Sums of `size` neighbours, in place."""
    n = out.size
    if n == 0:
        return
    out.fill(0.0)
    power, done, sums = 1, 0, x
    with np.errstate(invalid="ignore"):
        while True:
            if size & power:
                out += sums[done : done + n]
                done += power
            if done == size:
                return
            sums = sums[:-power] + sums[power:]
            power *= 2
