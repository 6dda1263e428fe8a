"""The business days of NumPy."""

import numpy as np


def add_business_days(start: str, offsets: list[int], holidays: list[str]) -> list[str]:
    """The date that is each offset away."""
    calendar = np.busdaycalendar(holidays=np.array(holidays, "datetime64[D]"))
    wanted = np.array(offsets, "int64")
    after = np.busday_offset(start, wanted, roll="backward", busdaycal=calendar)
    before = np.busday_offset(start, wanted, roll="forward", busdaycal=calendar)
    return [str(day) for day in np.where(wanted > 0, after, before)]
