"""Write `def add_business_days(start: str, offsets: list[int], holidays: list[str]) -> list[str]`.

It returns, for each of the offsets n and in their order, a date that is n business days from `start`.
A business day is a day from Monday to Friday that is not in `holidays`. If n is

- more than 0: the n-th business day after `start`;
- less than 0: the |n|-th business day before `start`;
- 0: `start` itself if it is a business day, else the first business day after it.

`start` itself is never counted, and need not be a business day. `holidays` are in no particular order;
they may come several times, and may lie on weekends or far from the dates asked for. Both lists may be
empty, and both stay as they are.

All dates are strings such as "2024-02-09", of the Gregorian calendar, from 1900-01-01 to 2199-12-31;
no result lies outside. For example, with start "2024-02-09", a Friday, and the holiday "2024-02-12",
the offsets [1, 0, -1, 2] give ["2024-02-13", "2024-02-09", "2024-02-08", "2024-02-14"].

There are up to 5000 offsets and 1000 holidays. The time for an offset hardly depends on its size.
"""

import datetime as dt
from collections.abc import Sequence

import numpy as np

from pytest_llmgen import Limits, PythonModule, Submission, challenge, compare, graded

pytestmark = challenge(target="python", tier="core", limits=Limits(wall_s=1.5))

DAY = dt.timedelta(days=1)
FIRST, LAST = dt.date(1900, 1, 1), dt.date(2199, 12, 31)


def expected(start: str, offset: int, holidays: Sequence[str]) -> str:
    """The reference, on our side: from day to day."""
    date, closed = dt.date.fromisoformat(start), {dt.date.fromisoformat(day) for day in holidays}
    step = -DAY if offset < 0 else DAY
    if offset == 0:
        date, offset = date - DAY, 1
    for _ in range(abs(offset)):
        date += step
        while date.isoweekday() > 5 or date in closed:
            date += step
    return date.isoformat()


def check(
    module: PythonModule, starts: Sequence[str], offsets: list[int], holidays: list[str]
) -> None:
    """Compare all offsets from several dates, and the arguments after each call."""
    for start in starts:
        got, (_, *after) = module.call_in_place("add_business_days", start, offsets, holidays)
        what = f"from {start} with holidays {holidays}"
        wanted = [expected(start, offset, holidays) for offset in offsets]
        compare(got, wanted, what=f"offsets {offsets} {what}")
        compare(after, [offsets, holidays], what=f"the lists after a call {what}")


def days(first: str, count: int) -> list[str]:
    """Consecutive dates."""
    return [(dt.date.fromisoformat(first) + i * DAY).isoformat() for i in range(count)]


def test_example(submission: Submission[PythonModule]) -> None:
    """The example of the task, and lists without elements."""
    module = submission.build()
    got = module.call("add_business_days", "2024-02-09", [1, 0, -1, 2], ["2024-02-12"])
    wanted = ["2024-02-13", "2024-02-09", "2024-02-08", "2024-02-14"]
    compare(got, wanted, what="the example")
    check(module, ["2024-02-10"], [], ["2024-02-12"])
    check(module, ["2024-02-10"], [1], [])
    check(module, ["2024-02-10"], [], [])


def test_every_weekday(submission: Submission[PythonModule]) -> None:
    """From each day of two weeks, in both directions, without holidays."""
    offsets = [0, 1, -1, 2, -2, 4, 5, 6, -4, -5, -6, 9, 10, 11, -9, -10, -11, 0]
    check(submission.build(), days("2023-05-29", 14), offsets, [])


def test_holidays(submission: Submission[PythonModule]) -> None:
    """On the start, on weekends, several times, in a row, out of order, and on the other side."""
    module = submission.build()
    offsets = [*range(-8, 9)]
    for holidays in (
        ["2023-06-07"],
        ["2023-06-10"],
        ["2023-06-10", "2023-06-11", "2023-06-04", "2023-06-03"],
        ["2023-06-09", "2023-06-09", "2023-06-09"],
        ["2023-06-12", "2023-06-06", "2023-06-09", "2023-06-02"],
        [*days("2023-06-05", 7), "2023-06-02"],
        days("2023-06-12", 10)[::-1],
        ["1900-01-01", "2199-12-31", "2023-06-08", "2022-06-08", "2024-06-07"],
    ):
        check(module, days("2023-06-06", 8), offsets, holidays)


def test_no_holidays_left_over(submission: Submission[PythonModule]) -> None:
    """Holidays of one call mean nothing to the next, also with the same start and offsets."""
    module = submission.build()
    for holidays in (["2023-06-08"], [], ["2023-06-09"], ["2023-06-08"]):
        check(module, ["2023-06-07"], [1, 2, -1], holidays)


def test_ends_of_months_and_years(submission: Submission[PythonModule]) -> None:
    """Years with and without a 29th of February, centuries among them, and the turn of years."""
    module = submission.build()
    for year in (1900, 1901, 1904, 1999, 2000, 2023, 2024, 2096, 2100, 2104):
        starts = [f"{year}-02-26", f"{year}-03-02", f"{year}-12-30", f"{year + 1}-01-02"]
        check(module, starts, [0, 1, 2, 3, 60, -1, -2, -3, -20], [f"{year}-12-25", f"{year}-03-01"])


def test_ends_of_the_range(submission: Submission[PythonModule]) -> None:
    """The first and the last dates that there may be."""
    module = submission.build()
    check(module, ["1900-01-01"], [0, 1, 5], [])
    check(module, ["1900-01-03"], [0, -1, 2], ["1900-01-01"])
    check(module, ["2199-12-31"], [0, -1, -5], [])
    check(module, ["2199-12-29"], [0, 1, -2], ["2199-12-31"])


def random_dates(rng: np.random.Generator, first: dt.date, last: dt.date, count: int) -> list[str]:
    """Fresh dates from first to last, in no order."""
    ordinals = rng.integers(first.toordinal(), last.toordinal() + 1, size=count)
    return [dt.date.fromordinal(int(ordinal)).isoformat() for ordinal in ordinals]


def test_random(submission: Submission[PythonModule], rng: np.random.Generator) -> None:
    """Fresh starts, with holidays close by, half of a year or more."""
    module = submission.build()
    for _ in range(12):
        year = int(rng.integers(1902, 2197))
        first, last = dt.date(year, 1, 1), dt.date(year + 1, 6, 30)
        offsets = [int(n) for n in rng.integers(-150, 150, size=12)]
        holidays = random_dates(rng, first, last, int(rng.integers(0, 250)))
        check(module, random_dates(rng, first, last, 1), offsets, holidays)


@graded
def test_needs_no_walk(submission: Submission[PythonModule], rng: np.random.Generator) -> None:
    """Thousands of offsets over centuries: from day to day, each would take as many steps."""
    start = "2050-01-01"
    offsets = [int(n) for n in rng.integers(-38_000, 38_000, size=5000)]
    holidays = random_dates(rng, FIRST, LAST, 500)
    got = submission.build().call("add_business_days", start, offsets, holidays)
    after = np.busday_offset(start, np.maximum(offsets, 1), roll="backward", holidays=holidays)
    before = np.busday_offset(start, np.minimum(offsets, 0), roll="forward", holidays=holidays)
    wanted = np.where(np.array(offsets) > 0, after, before)
    compare(got, [str(date) for date in wanted], what="5000 offsets")
