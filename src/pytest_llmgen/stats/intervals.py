"""How far a measured rate may be from the true one."""

from __future__ import annotations

import math
from statistics import NormalDist


def wilson_interval(successes: int, trials: int, confidence: float = 0.95) -> tuple[float, float]:
    """Bound a success rate from a count of successes, by Wilson's score interval.

    It stays within [0, 1] and is sensible for few trials and for rates of 0 and 1, where the usual
    plus-minus of the normal approximation shrinks to nothing.

    Several challenges are pooled: successes and trials are summed over all of a model's samples.
    For a fixed set of challenges with n samples each this is right, if anything too wide. Let
    challenge j of m pass with probability p_j, and let p be their mean. The pooled rate estimates p
    without bias, and its variance is sum(p_j (1 - p_j)) / (m^2 n) = (p (1 - p) - var(p_j)) / (m n),
    which is never more than the p (1 - p) / (m n) of m n equal trials that the interval assumes. So
    it covers p about as often as promised, or more often.

    It speaks of repeating this run: the same challenges, new samples. It says nothing of challenges
    outside the set; for those, the spread of p_j over challenges would have to be added.

    Args:
        successes: 0 <= successes <= trials.
        trials: Independent trials; none give (0.0, 1.0).
        confidence: Chance that the interval covers the true rate, 0 < confidence < 1.

    Returns:
        Low and high end, in [0, 1].

    Raises:
        ValueError: If the inequalities above do not hold.

    Source: Wilson 1927, J. Am. Stat. Assoc. 22, 209-212.
    """
    if not 0 <= successes <= trials:
        raise ValueError(
            f"wilson_interval: successes must lie in 0..trials, got {successes} of {trials}"
        )
    if not 0 < confidence < 1:
        raise ValueError(f"wilson_interval: confidence must lie between 0 and 1, got {confidence}")
    if trials == 0:
        return 0.0, 1.0
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    rate = successes / trials
    scale = 1 + z * z / trials
    center = (rate + z * z / (2 * trials)) / scale
    half = z / scale * math.sqrt(rate * (1 - rate) / trials + (z / (2 * trials)) ** 2)
    low = 0.0 if successes == 0 else max(0.0, center - half)
    high = 1.0 if successes == trials else min(1.0, center + half)
    return low, high
