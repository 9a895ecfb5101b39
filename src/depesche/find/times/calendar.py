"""Days, weeks, months and feasts: what TIMEX3 values mean, and how to get from one to another.

A value is a TIMEX3 string (``2025-07-11``, ``2025-W28``, ``2025-SU``, ``199`` for the nineties). Every
function is pure; a date beyond the years 1 to 9999 gives None.
"""

from __future__ import annotations

import calendar
import datetime
import functools
import re

Day = datetime.date
Interval = tuple[Day, Day]

_QUARTER_MONTHS = {"Q1": (1, 3), "Q2": (4, 6), "Q3": (7, 9), "Q4": (10, 12), "H1": (1, 6), "H2": (7, 12)}
# Seasons as news uses them: from the first of the month until the calendar's last day.
_SEASON_DAYS = {
    "SP": ((3, 1), (6, 21)),
    "SU": ((6, 1), (9, 23)),
    "FA": ((9, 1), (12, 21)),
    "WI": ((12, 1), (3, 21)),
}
_SHAPE = re.compile(
    r"(?P<day>\d{4}-\d\d-\d\d)(?P<time>T.*)?"
    r"|(?P<wyear>\d{4})-W(?P<week>\d\d)(?P<weekend>-WE)?"
    r"|(?P<pyear>\d{4})-(?P<part>Q[1-4]|H[12]|SP|SU|FA|WI)"
    r"|(?P<myear>\d{4})-(?P<month>\d\d)"
    r"|(?P<year>\d{4})|(?P<decade>\d{3})|(?P<century>\d\d)"
)


def make_day(year: int, month: int, day: int) -> Day | None:
    """Return the day, or None where the calendar has none such."""
    try:
        return Day(year, month, day)
    except (ValueError, OverflowError):
        return None


def shift_days(day: Day, days: int) -> Day | None:
    """Return the day ``days`` later (earlier, if negative)."""
    try:
        return day + datetime.timedelta(days=days)
    except OverflowError:
        return None


def shift_months(day: Day, months: int) -> tuple[int, int] | None:
    """Return year and month ``months`` after (before, if negative) the month of ``day``."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return (year, month + 1) if 1 <= year <= 9999 else None


def last_of_month(year: int, month: int) -> Day:
    """Return the last day of a month."""
    return Day(year, month, calendar.monthrange(year, month)[1])


def week_value(day: Day) -> str:
    """Return the ISO week of a day: ``2025-W28``."""
    year, week, _ = day.isocalendar()
    return f"{year:04d}-W{week:02d}"


def week_interval(year: int, week: int) -> Interval | None:
    """Return Monday and Sunday of an ISO week."""
    try:
        monday = Day.fromisocalendar(year, week, 1)
        return monday, monday + datetime.timedelta(days=6)
    except (ValueError, OverflowError):
        return None


def previous_weekday(day: Day, weekday: int, *, strictly: bool) -> Day | None:
    """Return the last ``weekday`` (Monday 1 to Sunday 7) up to ``day``; ``strictly``: before it."""
    back = (day.isoweekday() - weekday) % 7
    return shift_days(day, -(back or 7) if strictly else -back)


def next_weekday(day: Day, weekday: int, *, strictly: bool) -> Day | None:
    """Return the first ``weekday`` (Monday 1 to Sunday 7) from ``day`` on; ``strictly``: after it."""
    ahead = (weekday - day.isoweekday()) % 7
    return shift_days(day, (ahead or 7) if strictly else ahead)


def first_day_of(value: str | None) -> Day | None:
    """Return the day that a value begins with (``2025-07-11``, ``2025-07-11T10:30``), None if with none."""
    try:
        return Day.fromisoformat(value[:10]) if value else None
    except ValueError:
        return None


def enclose(value: str) -> Interval | None:
    """Return the first and the last day of what a TIMEX3 value names; None where it names no days.

    >>> enclose("2025-02")
    (datetime.date(2025, 2, 1), datetime.date(2025, 2, 28))
    """
    match = _SHAPE.fullmatch(value)
    try:
        return _enclose(match) if match else None
    except (ValueError, OverflowError):
        return None


def _enclose(match: re.Match[str]) -> Interval | None:
    found = {name: text for name, text in match.groupdict().items() if text}
    if "day" in found:
        day = Day.fromisoformat(found["day"])
        # A night belongs to the day on which it begins and ends on the next.
        return (day, day + datetime.timedelta(days=1)) if found.get("time") == "TNI" else (day, day)
    if "week" in found:
        week = week_interval(int(found["wyear"]), int(found["week"]))
        return (week[0] + datetime.timedelta(days=5), week[1]) if week and "weekend" in found else week
    if "part" in found:
        return _enclose_part(int(found["pyear"]), found["part"])
    if "month" in found:
        year, month = int(found["myear"]), int(found["month"])
        return Day(year, month, 1), last_of_month(year, month)
    return _enclose_years(found)


def _enclose_years(found: dict[str, str]) -> Interval:
    if "year" in found:
        first = last = int(found["year"])
    elif "decade" in found:
        first = int(found["decade"]) * 10
        last = first + 9
    else:
        # Some count the nineteenth century from 1800, some from 1801: this holds both.
        first = int(found["century"]) * 100
        last = first + 100
    return Day(first, 1, 1), Day(last, 12, 31)


def _enclose_part(year: int, part: str) -> Interval:
    if part in _QUARTER_MONTHS:
        first, last = _QUARTER_MONTHS[part]
        return Day(year, first, 1), last_of_month(year, last)
    begin, end = _SEASON_DAYS[part]
    return Day(year, *begin), Day(year + (part == "WI"), *end)


@functools.lru_cache(maxsize=512)
def easter(year: int) -> Day:
    """Return Easter Sunday of a year of the Gregorian calendar (the anonymous algorithm of 1876)."""
    a, b, c = year % 19, year // 100, year % 100
    d = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    e = (32 + 2 * (b % 4) + 2 * (c // 4) - d - c % 4) % 7
    f = d + e - 7 * ((a + 11 * d + 22 * e) // 451) + 114
    return Day(year, f // 31, f % 31 + 1)


def feast_day(rule: str, year: int) -> Day | None:
    """Return the day on which a feast falls in ``year``, or None beyond the years 1 to 9999.

    ``rule`` is ``MM-DD``, ``easter+N``, ``advent+N`` (days from the first Sunday of Advent) or
    ``MM-DD/W``: the first weekday W (1 to 7) on or after that day.
    """
    if not 1 <= year <= 9999:
        return None
    kind, sign, offset = re.fullmatch(r"(easter|advent|\d\d-\d\d(?:/\d)?)(?:([+-])(\d+))?", rule).groups()  # type: ignore[union-attr]
    days = int(f"{sign or '+'}{offset or 0}")
    if kind == "easter":
        return shift_days(easter(year), days)
    if kind == "advent":
        # The fourth Sunday of Advent is the last one before Christmas.
        christmas = Day(year, 12, 25)
        fourth = previous_weekday(christmas, 7, strictly=True)
        return shift_days(fourth, days - 21) if fourth else None
    day = make_day(year, int(kind[:2]), int(kind[3:5]))
    return next_weekday(day, int(kind[6]), strictly=False) if day and len(kind) > 5 else day
