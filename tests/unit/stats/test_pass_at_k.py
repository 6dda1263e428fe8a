"""pass@k against its definition."""

import itertools
import math
import re
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_llmgen.stats.pass_at_k import pass_at_k


@st.composite
def counts(draw: st.DrawFn, most: int = 300) -> tuple[int, int, int]:
    """n, c and k as the function allows them."""
    n = draw(st.integers(1, most))
    return n, draw(st.integers(0, n)), draw(st.integers(1, n))


@given(counts())
def test_equals_the_closed_form_in_exact_arithmetic(nck: tuple[int, int, int]) -> None:
    """The product is 1 - C(n - c, k) / C(n, k)."""
    n, c, k = nck
    exact = 1 - Fraction(math.comb(n - c, k), math.comb(n, k))
    assert pass_at_k(n, c, k) == pytest.approx(float(exact), abs=1e-12)


@given(counts(most=9))
def test_is_the_share_of_draws_that_hold_a_pass(nck: tuple[int, int, int]) -> None:
    """Counting all ways to draw k of n samples gives the same."""
    n, c, k = nck
    draws = list(itertools.combinations([True] * c + [False] * (n - c), k))
    assert pass_at_k(n, c, k) == pytest.approx(sum(map(any, draws)) / len(draws))


@given(counts())
def test_is_a_chance_that_grows_with_draws_and_passes(nck: tuple[int, int, int]) -> None:
    """It lies in [0, 1], is c / n for one draw, and falls neither in k nor in c."""
    n, c, k = nck
    value = pass_at_k(n, c, k)
    assert 0 <= value <= 1
    assert pass_at_k(n, c, 1) == pytest.approx(c / n)
    assert pass_at_k(n, c, min(n, k + 1)) >= value - 1e-12
    assert pass_at_k(n, min(n, c + 1), k) >= value - 1e-12


@given(counts())
def test_is_certain_only_where_it_must_be(nck: tuple[int, int, int]) -> None:
    """Exactly 0 without a pass, exactly 1 where failures are fewer than draws."""
    n, c, k = nck
    assert (pass_at_k(n, c, k) == 0) == (c == 0)
    if n - c < k:
        assert pass_at_k(n, c, k) == 1


def test_holds_where_the_closed_form_overflows() -> None:
    """C(200000, 1000) is no float; the product is fine."""
    with pytest.raises(OverflowError):
        float(math.comb(200_000, 1000))
    assert pass_at_k(200_000, 100, 1000) == pytest.approx(1 - (1 - 1000 / 200_000) ** 100, abs=1e-3)


@pytest.mark.parametrize(
    ("n", "c", "k", "message"),
    [
        (3, 4, 1, "pass_at_k: c must lie in 0..n, got c=4 of n=3"),
        (3, -1, 1, "pass_at_k: c must lie in 0..n, got c=-1 of n=3"),
        (3, 1, 4, "pass_at_k: k must lie in 1..n, got k=4 of n=3"),
        (3, 1, 0, "pass_at_k: k must lie in 1..n, got k=0 of n=3"),
    ],
)
def test_counts_that_cannot_be_are_named(n: int, c: int, k: int, message: str) -> None:
    """The message says which inequality does not hold, and by which values."""
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        pass_at_k(n, c, k)
