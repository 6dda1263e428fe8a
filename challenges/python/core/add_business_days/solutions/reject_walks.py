# reject: test_needs_no_walk timed_out - right, but goes from day to day for each offset
"""From day to day."""

from datetime import date, timedelta


def add_business_days(start: str, offsets: list[int], holidays: list[str]) -> list[str]:
    """The date that is each offset away."""
    closed = {date.fromisoformat(day) for day in holidays}
    return [walk(date.fromisoformat(start), offset, closed).isoformat() for offset in offsets]


def walk(day: date, offset: int, closed: set[date]) -> date:
    """Go on until enough business days are passed."""
    step = timedelta(days=-1 if offset < 0 else 1)
    left = abs(offset)
    if left == 0:
        day -= step
        left = 1
    while left > 0:
        day += step
        if day.weekday() < 5 and day not in closed:
            left -= 1
    return day
