"""The order in which reports were published, as far as they say it."""

from __future__ import annotations

import datetime
import functools
from collections.abc import Iterable

from depesche.language.agencies import agency_named
from depesche.link.records import Record

# Sorts behind every moment: what has no date was not known to be first.
_NEVER = "9999-12-31T23:59:59+00:00"


def publication_key(record: Record) -> tuple[str, str]:
    """Return what sorts reports by day and time of publication: the moment in UTC, then the id.

    A day without a time counts from its first second, undated reports come last. A time without its
    offset is taken as UTC.
    """
    return moment(record.report.published), record.id


@functools.lru_cache(maxsize=10_000)
def moment(published: str | None) -> str:
    """Return a date or date with time, ISO 8601, as a moment in UTC that sorts as text.

    >>> moment("2025-09-11T06:15:00+02:00"), moment("2025-09-11")
    ('2025-09-11T04:15:00+00:00', '2025-09-11T00:00:00+00:00')
    """
    if not published:
        return _NEVER
    try:
        at = datetime.datetime.fromisoformat(published)
        aware = at if at.tzinfo else at.replace(tzinfo=datetime.UTC)
        return aware.astimezone(datetime.UTC).isoformat(timespec="seconds")
    except (ValueError, OverflowError):
        return published


def by_day(records: Iterable[Record]) -> list[Record]:
    """Return each record once, by day of publication and id; undated ones come last."""
    return sorted({r.id: r for r in records}.values(), key=lambda r: (r.day or "~", r.id))


@functools.lru_cache(maxsize=10_000)
def read_day(text: str | None) -> datetime.date | None:
    """Return a day (YYYY-MM-DD), None where it is none."""
    try:
        return datetime.date.fromisoformat(text) if text else None
    except ValueError:
        return None


def precedes(one: Record, other: Record) -> bool:
    """Whether one report was published before another, as far as can be known.

    Of one day, where one of the two does not say its time, an agency's goes first: papers have their texts
    from agencies.
    """
    if (
        one.day == other.day
        and is_agency(one) != is_agency(other)
        and not (has_time(one) and has_time(other))
    ):
        return is_agency(one)
    return publication_key(one) < publication_key(other)


def is_agency(record: Record) -> bool:
    """Whether a report was published by an agency, be it by papers as well."""
    return bool(agencies_of(record))


def agencies_of(record: Record) -> tuple[str, ...]:
    """Return the codes of the agencies among the outlets of a report."""
    outlets = (record.report.source, *record.outlets)
    return tuple(dict.fromkeys(code for name in outlets if name and (code := agency_named(name))))


def has_time(record: Record) -> bool:
    """Whether a report says the time of day at which it was published."""
    return len(record.report.published or "") > len("2025-09-11")


def days_apart(one: Record, other: Record) -> int | None:
    """Return how many days lie between the publication of two reports, or None if one is undated."""
    first, second = read_day(one.day), read_day(other.day)
    return abs((first - second).days) if first and second else None
