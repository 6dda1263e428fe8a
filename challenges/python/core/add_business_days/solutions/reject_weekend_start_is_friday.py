# reject: test_every_weekday wrong_answer - moves a start on a weekend back to Friday and counts from there
"""Looks for the day up to which there are as many business days as wanted."""

from bisect import bisect_left, bisect_right
from datetime import date

LAST = date(2199, 12, 31).toordinal()


def add_business_days(start: str, offsets: list[int], holidays: list[str]) -> list[str]:
    """The date that is each offset away."""
    closed = sorted({day for day in map(ordinal, holidays) if (day - 1) % 7 < 5})

    def count(day: int) -> int:
        """Business days up to a day, which is included; the day 1 is a Monday."""
        weeks, rest = divmod(day, 7)
        return 5 * weeks + min(rest, 5) - bisect_right(closed, day)

    first = ordinal(start)
    days = range(1, LAST + 1)
    found = []
    for offset in offsets:
        wanted = count(first) + offset
        found.append(days[bisect_left(days, wanted, key=count)])
    return [date.fromordinal(day).isoformat() for day in found]


def ordinal(day: str) -> int:
    """Number of a date, counted from 0001-01-01."""
    return date.fromisoformat(day).toordinal()
