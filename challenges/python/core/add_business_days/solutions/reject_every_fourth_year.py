# reject: test_ends_of_months_and_years wrong_answer - gives 1900 and 2100 a 29th of February
"""A list of all business days, and a calendar of its own."""

import bisect
import functools


def add_business_days(start: str, offsets: list[int], holidays: list[str]) -> list[str]:
    """The date that is each offset away."""
    closed = set(holidays)
    days = [day for day in weekdays() if day not in closed]
    after, before = bisect.bisect_right(days, start), bisect.bisect_left(days, start)
    return [days[after + n - 1] if n > 0 else days[before + n] for n in offsets]


@functools.cache
def weekdays() -> list[str]:
    """All days from Monday to Friday; 1900 begins with a Monday."""
    found = []
    number = 0
    for year in range(1900, 2200):
        leap = year % 4 == 0
        for month, length in enumerate((31, 28 + leap, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31), 1):
            for day in range(1, length + 1):
                if number % 7 < 5:
                    found.append(f"{year}-{month:02}-{day:02}")
                number += 1
    return found
