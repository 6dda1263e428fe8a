"""Computes in float64, and mends the special rows afterwards."""

import numpy as np
from numpy.typing import NDArray


def logsumexp(x: NDArray[np.floating]) -> NDArray[np.floating]:
    """log(sum(exp(x))) over the last axis."""
    return np.asarray(total(x), x.dtype)


def total(x: NDArray[np.floating]) -> NDArray[np.float64]:
    """The same in float64, with the sum of exp apart from the largest element."""
    wide = x.astype(np.float64)
    if x.shape[-1] == 0:
        return np.full(x.shape[:-1], -np.inf)
    top = wide.max(axis=-1)
    safe = np.where(np.isinf(top), 0.0, top)
    with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
        finite = safe + np.log(np.exp(wide - safe[..., np.newaxis]).sum(axis=-1))
    return np.asarray(np.where(np.isinf(top), top, finite))


def softmax(x: NDArray[np.floating]) -> NDArray[np.floating]:
    """exp(x) over its sum along the last axis."""
    wide = x.astype(np.float64)
    count = (wide == np.inf).sum(axis=-1, keepdims=True)
    nan = np.isnan(wide).any(axis=-1, keepdims=True)
    top = wide.max(axis=-1, keepdims=True, initial=-np.inf)
    base = np.where(np.isinf(top), 0.0, top)
    with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
        raw = np.exp(wide - base)
        shares = raw / raw.sum(axis=-1, keepdims=True)
        shares = np.where(top == -np.inf, 0.0, shares)
        shares = np.where(count > 0, (wide == np.inf) / count, shares)
    return np.where(nan, np.nan, shares).astype(x.dtype)
