"""The date of publication, in the forms in which files, pages and feeds state it.

A date must name its day. Dates that can be read in two ways (``07/11/2025``) are refused, and no clock
is read: ``gestern`` is no date here.
"""

from __future__ import annotations

import datetime
import email.utils
import re

from depesche.errors import DateError

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "januar jänner jan jän january",
            "februar feber feb february",
            "märz mär maerz mrz march mar",
            "april apr",
            "mai may",
            "juni jun june",
            "juli jul july",
            "august aug",
            "september sep sept",
            "oktober okt october oct",
            "november nov",
            "dezember dez december dec",
        ),
        start=1,
    )
    for name in names.split()
}

# Freitag, 11. Juli 2025, 14:30 Uhr   11.07.2025 14:30   Fr., 11.7.2025 - 14.30 Uhr
_GERMAN = re.compile(
    r"""(?:[^\W\d_]+\.?,?\s+)?                                # weekday
        (?P<day>\d{1,2})\.\s*
        (?:(?P<month>\d{1,2})\.|(?P<name>[^\W\d_]+)\.?\s)\s*
        (?P<year>\d{4})
        (?:(?:\s*[,–|-]\s*|\s+)(?:um\s+)?(?P<hour>\d{1,2})[:.](?P<minute>\d{2})(?::(?P<second>\d{2}))?(?:\s*Uhr)?)?
    """,
    re.VERBOSE,
)
_UTC = re.compile(r"\s+(?:UTC|GMT)$")
_DAY = re.compile(r"\d{4}-\d\d-\d\d|\d{8}")
# Nothing that is a date is longer; it keeps the expressions above from long work.
_MAX_LENGTH = 80


def parse_published(value: str) -> str:
    """Return the ISO 8601 date (``2025-07-11``) or date with time (``2025-07-11T14:30:00+02:00``).

    Read are ISO 8601, RFC 2822 (``Fri, 11 Jul 2025 14:30:00 +0200``) and German dates (``11.07.2025``,
    ``11. Juli 2025, 14:30 Uhr``). A time keeps its zone if it has one. Raises DateError.
    """
    stated = value.strip()
    if len(stated) <= _MAX_LENGTH:
        for parse in (_parse_day, _parse_iso, _parse_german, _parse_mail):
            found = parse(stated)
            if found is not None:
                return found.isoformat()
    shown = stated if len(stated) <= _MAX_LENGTH else stated[:_MAX_LENGTH] + "…"
    raise DateError(f"the date of publication {shown!r} is no date that can be read (2025-07-11 is one)")


def _parse_day(stated: str) -> datetime.date | None:
    if not _DAY.fullmatch(stated):
        return None
    try:
        return datetime.date.fromisoformat(stated)
    except ValueError:
        return None


def _parse_iso(stated: str) -> datetime.date | None:
    stated = _UTC.sub("+00:00", stated)
    # fromisoformat also takes week dates and any sign between date and time; news uses neither.
    if stated[4:5] != "-" or stated[10:11] not in ("T", "t", " "):
        return None
    try:
        return datetime.datetime.fromisoformat(stated.replace(" +", "+"))
    except ValueError:
        return None


def _parse_german(stated: str) -> datetime.date | None:
    found = _GERMAN.fullmatch(stated)
    if not found:
        return None
    month = int(found["month"]) if found["month"] else _MONTHS.get(found["name"].lower(), 0)
    try:
        day = datetime.date(int(found["year"]), month, int(found["day"]))
        if found["hour"] is None:
            return day
        time = datetime.time(int(found["hour"]), int(found["minute"]), int(found["second"] or 0))
    except ValueError:
        return None
    return datetime.datetime.combine(day, time)


def _parse_mail(stated: str) -> datetime.date | None:
    # email.utils guesses where it can ("1 2 3"): only what names its month and a four-digit year may pass.
    if not re.search(r"\d{1,2}\s+[A-Za-z]{3,9}\s+\d{4}\s+\d{1,2}:\d\d", stated):
        return None
    try:
        return email.utils.parsedate_to_datetime(stated)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
