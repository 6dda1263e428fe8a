"""Export `days_from_civil: (i32, i32, i32) -> i32`, the number of a day in the Gregorian calendar.

The parameters are year, month (1 to 12) and day (1 to the last of the month): always a date that
exists. The result is the number of days from 1970-01-01 to that date, negative for earlier dates.
The Gregorian rules apply to all years, from -100000 to 100000; the year before 1 is the year 0, and
the one before that is -1. A year has a 29th of February if it is divisible by 4, except those
divisible by 100 but not by 400. So 1970-01-02 gives 1, 1969-12-31 gives -1, 2000-03-01 gives 11017,
and 0000-03-01 gives -719468.
"""

import calendar
import datetime as dt
from collections.abc import Iterable

import numpy as np

from pytest_llmgen import Submission, WasmModule, challenge

pytestmark = challenge(target="wat", tier="scalar")

DAYS_IN_400_YEARS = 146097
EPOCH = dt.date(1970, 1, 1).toordinal()


def expected(year: int, month: int, day: int) -> int:
    """Days since 1970-01-01, by moving the year by multiples of 400 to where `datetime` reaches."""
    eras, year = divmod(year, 400)
    moved = dt.date(2000 + year, month, day).toordinal()
    return moved + (eras - 5) * DAYS_IN_400_YEARS - EPOCH


def check(module: WasmModule, dates: Iterable[tuple[int, int, int]]) -> None:
    """Compare with the calendar of Python."""
    rows = list(dates)
    for row, got in zip(rows, module.call_rows("days_from_civil", rows), strict=True):
        assert got == expected(*row), f"days_from_civil{row} = {got}, expected {expected(*row)}"


def month_ends(years: Iterable[int]) -> Iterable[tuple[int, int, int]]:
    """First and last day of every month."""
    for year in years:
        for month in range(1, 13):
            yield year, month, 1
            yield year, month, calendar.monthrange(year % 400 + 400, month)[1]


def test_examples(submission: Submission[WasmModule]) -> None:
    """The examples of the task."""
    rows = [(1970, 1, 2), (1969, 12, 31), (2000, 3, 1), (0, 3, 1)]
    assert submission.build().call_rows("days_from_civil", rows) == [1, -1, 11017, -719468]


def test_every_day(submission: Submission[WasmModule]) -> None:
    """Each day of four years around the start of the count."""
    first = dt.date(1968, 1, 1)
    days = (first + dt.timedelta(days=i) for i in range(4 * 365 + 1))
    check(submission.build(), ((date.year, date.month, date.day) for date in days))


def test_centuries(submission: Submission[WasmModule]) -> None:
    """Years around centuries, only every fourth of which has a 29th of February."""
    centuries = (1600, 1700, 1800, 1900, 2000, 2100, 2400)
    check(submission.build(), month_ends(c + off for c in centuries for off in range(-4, 5)))


def test_negative_years(submission: Submission[WasmModule]) -> None:
    """Years around 0 and before."""
    years = [
        *range(-9, 10),
        *(c + off for c in (-100, -200, -400, -500, -800) for off in (-1, 0, 1)),
    ]
    check(submission.build(), month_ends(years))


def test_random_dates(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """Fresh dates, and both ends of the range."""
    dates = rng.integers((-100_000, 1, 1), (100_001, 13, 29), size=(300, 3))
    rows = [(int(year), int(month), int(day)) for year, month, day in dates]
    check(submission.build(), [*rows, *month_ends([-100_000, -99_999, 99_999, 100_000])])
