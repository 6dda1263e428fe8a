"""Numbers as people read them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_llmgen.reporting import quantities as q


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (None, "-"),
        (0.0, "0s"),
        (0.44, "0.4s"),
        (9.94, "9.9s"),
        (9.96, "10s"),
        (114.2, "114s"),
        (119.6, "2m00s"),
        (579.0, "9m39s"),
        (3599.4, "59m59s"),
        (3599.6, "1h00m"),
        (3900.0, "1h05m"),
        (7199.0, "2h00m"),
        (360_000.0, "100h00m"),
    ],
)
def test_durations(seconds: float | None, text: str) -> None:
    """In seconds, minutes or hours, rounded before they are divided."""
    assert q.duration(seconds) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "-"),
        (0.0, "0%"),
        (0.01, "0.1%"),
        (0.4, "0.4%"),
        (0.6, "1%"),
        (57.142857, "57%"),
        (99.4, "99%"),
        (99.54, "99.5%"),
        (99.99, "99.9%"),
        (100.0, "100%"),
    ],
)
def test_percentages(value: float | None, text: str) -> None:
    """Whole, but for what would be rounded to none or all."""
    assert q.percent(value) == text


@given(st.floats(0, 100))
def test_only_all_is_shown_as_all(value: float) -> None:
    """100 % and 0 % are claims; rounding never makes them."""
    assert (q.percent(value) == "100%") == (value == 100)
    assert (q.percent(value) == "0%") == (value == 0)


@pytest.mark.parametrize(
    ("ends", "text"),
    [((0.0, 1.0), "0-100%"), ((0.4869, 0.9743), "48-98%"), ((0.29, 0.57), "29-57%")],
)
def test_intervals_are_rounded_outwards(ends: tuple[float, float], text: str) -> None:
    """Never narrower than they are, and 0.29 * 100 is 29 all the same."""
    assert q.interval(ends) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "-"),
        (0.0, "$0.00"),
        (0.00123, "$0.0012"),
        (0.0996, "$0.100"),
        (0.1, "$0.10"),
        (12.345, "$12.35"),
    ],
)
def test_dollars(value: float | None, text: str) -> None:
    """Cents, or two digits of less."""
    assert q.dollars(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "-"),
        (9999, "9999"),
        (10_000, "10.0k"),
        (999_949, "999.9k"),
        (999_950, "1.0M"),
        (12_345_678, "12.3M"),
    ],
)
def test_counts(value: int | None, text: str) -> None:
    """Short once they are long."""
    assert q.count(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, "-"), (4.7, "4.7 GB"), (10, "10 GB"), (123.4, "123 GB"), (1234.5, "1234 GB")],
)
def test_sizes(value: float | None, text: str) -> None:
    """Three digits at most of what lies behind the point."""
    assert q.gigabytes(value) == text


def test_nothing_out_of_nothing_is_not_known() -> None:
    """0/0 would look like a failure."""
    assert q.fraction(0, 0) == "-"
    assert q.fraction(0, 3) == "0/3"


def test_plurals() -> None:
    """One is one."""
    assert [q.plural(n, "model") for n in (0, 1, 2)] == ["0 models", "1 model", "2 models"]
