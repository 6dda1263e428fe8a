# reject: test_examples wrong_answer - exp overflows
"""The largest element of each row is taken off before exp, where it is finite."""

import numpy as np
from numpy.typing import NDArray


def logsumexp(x: NDArray[np.floating]) -> NDArray[np.floating]:
    """log(sum(exp(x))) over the last axis."""
    top, shares = shifted(x)
    with np.errstate(divide="ignore"):
        return np.asarray(np.log(shares.sum(axis=-1)) + top[..., 0], x.dtype)


def softmax(x: NDArray[np.floating]) -> NDArray[np.floating]:
    """exp(x) over its sum along the last axis."""
    _, shares = shifted(x)
    total = shares.sum(axis=-1, keepdims=True)
    out = np.zeros_like(x)
    np.divide(shares, total, out=out, where=total != 0)
    return out


def shifted(x: NDArray[np.floating]) -> tuple[NDArray[np.floating], NDArray[np.floating]]:
    """What is taken off each row, and exp of the rest; infinities count 1 and all others 0."""
    top = x.max(axis=-1, keepdims=True, initial=-np.inf)
    infinite = top == np.inf
    base = np.where(infinite, top, np.zeros_like(top))
    with np.errstate(invalid="ignore", over="ignore"):
        shares = np.where(infinite, (x == np.inf).astype(x.dtype), np.exp(x - base))
    return base, shares
