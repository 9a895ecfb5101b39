"""The days that a report names: *am Dienstag*, *am 4. März*.

Of reports without a day of publication nothing else says when their matter was. Which day a report is about
stands at its beginning, so what is named there counts most.
"""

from __future__ import annotations

import re

from depesche.language.meanings import fade_at
from depesche.link.order import read_day
from depesche.link.records import Record

# A day of a year, known or not (``2025-03-04``, ``XXXX-03-04``), and a day of some week.
_OF_YEAR = re.compile(r"(?:\d{4}|XXXX)-(\d\d-\d\d)")
_OF_WEEK = re.compile(r"XXXX-WXX-([1-7])")


def find_told_days(record: Record, gone: bytes | bytearray) -> dict[str, float]:
    """Return the days that a report names, each with how much it counts: 1 at the beginning of its text.

    Days of the year are ``03-04``, days of the week ``2`` (Tuesday); one of a known year is both. ``gone``
    has a byte for each character of the text, not 0 where it does not count.
    """
    told: dict[str, float] = {}
    for time in record.reading.times:
        if time.type != "SET" and not gone[time.start]:
            for day in _days_of(time.value):
                told[day] = max(told.get(day, 0.0), fade_at(time.start))
    return told


def _days_of(value: str) -> tuple[str, ...]:
    """Return the days that a TIMEX3 value is, as above.

    >>> _days_of("2025-03-04T15:00"), _days_of("XXXX-03-04"), _days_of("XXXX-WXX-2"), _days_of("2025-03")
    (('03-04', '2'), ('03-04',), ('2',), ())
    """
    of_week = _OF_WEEK.match(value)
    if of_week:
        return (of_week[1],)
    of_year = _OF_YEAR.match(value)
    if not of_year:
        return ()
    day = read_day(value[:10])
    return (of_year[1], str(day.isoweekday())) if day else (of_year[1],)
