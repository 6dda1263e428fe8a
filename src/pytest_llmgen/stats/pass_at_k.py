"""The chance that one of several draws passes."""

from __future__ import annotations

import math


def pass_at_k(n: int, c: int, k: int) -> float:
    """Estimate the chance that at least one of k draws passes.

    The closed form 1 - C(n - c, k) / C(n, k) overflows floats for large n; the same value is
    1 - prod(1 - k / i for i in n - c + 1 .. n), which does not.

    Args:
        n: Samples drawn, n >= k.
        c: Samples that passed, 0 <= c <= n.
        k: Draws allowed, k >= 1.

    Returns:
        Unbiased estimate in [0, 1].

    Raises:
        ValueError: If the inequalities above do not hold.

    Source: Chen et al. 2021, eq. 1, arXiv:2107.03374.
    """
    if not 0 <= c <= n:
        raise ValueError(f"pass_at_k: c must lie in 0..n, got c={c} of n={n}")
    if not 1 <= k <= n:
        raise ValueError(f"pass_at_k: k must lie in 1..n, got k={k} of n={n}")
    if n - c < k:
        return 1.0
    return 1.0 - math.prod(1.0 - k / i for i in range(n - c + 1, n + 1))
