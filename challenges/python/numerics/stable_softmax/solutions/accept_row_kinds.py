"""Sorts rows by kind, and computes only those that are ordinary."""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating]


def both(x: Array) -> tuple[Array, Array]:
    """Logarithms of the sums, and shares, of rows in two dimensions."""
    logs = np.full(x.shape[0], -np.inf, x.dtype)
    shares = np.zeros_like(x)
    if x.size == 0:
        return logs, shares
    top = np.max(x, axis=1)
    nan, infinite, ordinary = np.isnan(top), top == np.inf, np.isfinite(top)
    logs[nan], shares[nan] = np.nan, np.nan
    logs[infinite] = np.inf
    ones = x[infinite] == np.inf
    shares[infinite] = ones / ones.sum(axis=1, keepdims=True)
    rows, tops = x[ordinary], top[ordinary]
    with np.errstate(over="ignore"):
        raw = np.exp(rows - tops[:, None])
    sums = np.sum(raw, axis=1)
    shares[ordinary] = raw / sums[:, None]
    logs[ordinary] = tops + np.log(sums)
    return logs, shares


def flat(x: Array) -> Array:
    """All rows in two dimensions."""
    return x.reshape(int(np.prod(x.shape[:-1])), x.shape[-1])


def logsumexp(x: Array) -> Array:
    """log(sum(exp(x))) over the last axis."""
    return both(flat(x))[0].reshape(x.shape[:-1])


def softmax(x: Array) -> Array:
    """exp(x) over its sum along the last axis."""
    return both(flat(x))[1].reshape(x.shape)
