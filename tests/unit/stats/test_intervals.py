"""Wilson's interval against published values and its own definition."""

import math
import re
from statistics import NormalDist

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_llmgen.stats.intervals import wilson_interval


@st.composite
def counts(draw: st.DrawFn) -> tuple[int, int]:
    """Successes out of at least one trial."""
    trials = draw(st.integers(1, 100_000))
    return draw(st.integers(0, trials)), trials


@pytest.mark.parametrize(
    ("successes", "trials", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0000, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_published_values(successes: int, trials: int, low: float, high: float) -> None:
    """Newcombe 1998, Stat. Med. 17, 857-872, table I, method 3."""
    assert wilson_interval(successes, trials) == pytest.approx((low, high), abs=5e-5)


@given(counts(), st.floats(0.5, 0.999))
def test_ends_are_where_the_score_test_turns(counts: tuple[int, int], confidence: float) -> None:
    """At either end, the rate is z standard errors away, by that end's own standard error."""
    successes, trials = counts
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    for end in wilson_interval(successes, trials, confidence):
        distance = abs(successes / trials - end)
        error = z * math.sqrt(end * (1 - end) / trials)
        assert distance == pytest.approx(error, rel=1e-6, abs=1e-9)


@given(counts())
def test_holds_the_rate_and_stays_a_rate(counts: tuple[int, int]) -> None:
    """The rate lies inside, and the interval inside [0, 1], touching it only at the extremes."""
    successes, trials = counts
    low, high = wilson_interval(successes, trials)
    assert 0 <= low <= successes / trials <= high <= 1
    assert (low == 0) == (successes == 0)
    assert (high == 1) == (successes == trials)


@given(counts())
def test_failures_mirror_successes(counts: tuple[int, int]) -> None:
    """Counting failures instead turns the interval round."""
    successes, trials = counts
    low, high = wilson_interval(successes, trials)
    assert wilson_interval(trials - successes, trials) == pytest.approx((1 - high, 1 - low))


@given(counts())
def test_narrows_with_trials_and_widens_with_confidence(counts: tuple[int, int]) -> None:
    """Ten times the same outcome says more; 99 % asks for more room than 95 %."""
    successes, trials = counts
    width = math.dist(*([end] for end in wilson_interval(successes, trials)))
    assert math.dist(*([end] for end in wilson_interval(10 * successes, 10 * trials))) < width
    assert math.dist(*([end] for end in wilson_interval(successes, trials, 0.99))) > width


@pytest.mark.parametrize(
    "rates",
    [(0.05, 0.2, 0.5, 0.8, 0.95), (0.0, 0.0, 1.0, 1.0, 0.5), (0.3, 0.6), (0.1, 0.2, 0.9)],
)
def test_pooling_unlike_challenges_covers_their_mean(rates: tuple[float, ...]) -> None:
    """By the exact distribution of the count, 20 samples each: at least as often as promised."""
    distribution = [1.0]
    for rate in rates * 20:
        kept = [p * (1 - rate) for p in distribution] + [0.0]
        distribution = [a + b * rate for a, b in zip(kept, [0.0, *distribution], strict=True)]
    mean = sum(rates) / len(rates)
    covered = 0.0
    for successes, chance in enumerate(distribution):
        low, high = wilson_interval(successes, 20 * len(rates))
        covered += chance if low <= mean <= high else 0
    assert covered >= 0.95


def test_no_trials_say_nothing() -> None:
    """Nothing is known, so everything is possible."""
    assert wilson_interval(0, 0) == (0.0, 1.0)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((4, 3), "wilson_interval: successes must lie in 0..trials, got 4 of 3"),
        ((-1, 3), "wilson_interval: successes must lie in 0..trials, got -1 of 3"),
        ((1, 3, 1.0), "wilson_interval: confidence must lie between 0 and 1, got 1.0"),
        ((1, 3, 0.0), "wilson_interval: confidence must lie between 0 and 1, got 0.0"),
    ],
)
def test_what_cannot_be_is_named(
    arguments: tuple[int, int] | tuple[int, int, float], message: str
) -> None:
    """The message says which value is outside which range."""
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        wilson_interval(*arguments)
