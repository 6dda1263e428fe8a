"""The blocks of the reference, in loops of Python."""

from itertools import accumulate
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def moving_sums(x: "NDArray[np.float64]", size: int, out: "NDArray[np.float64]") -> None:
    """Sums of `size` neighbours, in place."""
    values = x.tolist()
    for start in range(0, len(out), size):
        left = values[start : start + size]
        right = values[start + size : start + 2 * size - 1]
        ends = list(accumulate(reversed(left)))[::-1]
        sums = ends[:1] + [a + b for a, b in zip(ends[1:], accumulate(right), strict=False)]
        part = out[start : start + size]
        part[:] = sums[: len(part)]
