"""Numbers as people read them; ASCII, so that a log in any encoding stays aligned."""

from __future__ import annotations

import math

NOTHING = "-"
"""Stands where a number is not known."""


def percent(value: float | None) -> str:
    """A percentage, whole where that is true enough: 99.6 is never shown as 100, nor 0.2 as 0."""
    if value is None:
        return NOTHING
    if 99.5 <= value < 100:
        return f"{min(math.floor(value * 10) / 10, 99.9):.1f}%"
    if 0 < value <= 0.5:
        return f"{max(math.ceil(value * 10) / 10, 0.1):.1f}%"
    return f"{value:.0f}%"


def interval(ends: tuple[float, float]) -> str:
    """Both ends of an interval in [0, 1] as percentages, rounded outwards."""
    low = math.floor(round(ends[0] * 100, 9))
    high = math.ceil(round(ends[1] * 100, 9))
    return f"{low}-{high}%"


def fraction(part: int, whole: int) -> str:
    """A count out of another; nothing out of nothing is not known."""
    return f"{part}/{whole}" if whole else NOTHING


def duration(seconds: float | None) -> str:
    """Seconds up to two minutes, then minutes, then hours: 3.2s, 114s, 9m39s, 1h05m."""
    if seconds is None:
        return NOTHING
    if seconds < 9.95:
        return f"{seconds:.1f}s" if seconds > 0 else "0s"
    whole = round(seconds)
    if whole < 120:
        return f"{whole}s"
    if whole < 3600:
        return f"{whole // 60}m{whole % 60:02}s"
    minutes = round(seconds / 60)
    return f"{minutes // 60}h{minutes % 60:02}m"


def gigabytes(value: float | None) -> str:
    """A size in GB to three digits, as far as they say something."""
    return NOTHING if value is None else f"{value:.3g} GB" if value < 1000 else f"{value:.0f} GB"


def count(value: int | None) -> str:
    """A count, in thousands or millions once it is long."""
    if value is None:
        return NOTHING
    if value < 10_000:
        return str(value)
    if value < 999_950:
        return f"{value / 1e3:.1f}k"
    return f"{value / 1e6:.1f}M"


def speed(value: float | None) -> str:
    """Tokens per second."""
    return NOTHING if value is None else f"{value:.1f}" if value < 99.95 else f"{value:.0f}"


def ratio(value: float | None) -> str:
    """A mean of small counts."""
    return NOTHING if value is None else f"{value:.1f}"


def dollars(value: float | None) -> str:
    """Cents, and below ten of them two digits that say something."""
    if value is None:
        return NOTHING
    if 0 < value < 0.1:
        places = min(8, 1 - math.floor(math.log10(value)))
        return f"${value:.{places}f}"
    return f"${value:.2f}"


def plural(number: int, noun: str) -> str:
    """`1 model`, `2 models`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
