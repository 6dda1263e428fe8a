# reject: test_many_rows timed_out - right, but a loop over rows
"""One row after the other."""

import math

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating]


def row_shares(row: Array) -> tuple[float, Array]:
    """What is taken off, and exp of the rest."""
    top = float(np.max(row)) if row.size else -math.inf
    if top == math.inf:
        return 0.0, (row == np.inf).astype(row.dtype)
    base = 0.0 if top == -math.inf else top
    with np.errstate(all="ignore"):
        return base, np.exp(row - row.dtype.type(base))


def logsumexp(x: Array) -> Array:
    """log(sum(exp(x))) over the last axis."""
    out = np.empty(x.shape[:-1], x.dtype)
    for index in np.ndindex(*x.shape[:-1]):
        base, shares = row_shares(x[index])
        total = float(shares.sum())
        infinite = bool((x[index] == np.inf).any()) and not math.isnan(total)
        log = -math.inf if total == 0 else math.log(total)
        out[index] = math.inf if infinite else base + log
    return out


def softmax(x: Array) -> Array:
    """exp(x) over its sum along the last axis."""
    out = np.zeros_like(x)
    for index in np.ndindex(*x.shape[:-1]):
        _, shares = row_shares(x[index])
        total = shares.sum()
        if total != 0:
            out[index] = shares / total
    return out
