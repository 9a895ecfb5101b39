"""What a user asks of a list: filters with their meaning, the same for every list."""

from __future__ import annotations

import calendar
import datetime
import re
from collections.abc import Mapping, Sequence
from typing import Any, TypedDict, cast

import msgspec

from depesche.errors import DateError

_DAY = re.compile(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?")


class Filters(TypedDict, total=False):
    """The filters that every list takes. All given ones must hold; None is no filter.

    actor: part of an actor's name, or a country code of three capital letters (``USA``): who takes part in
        the event or relation, speaks or is spoken to in the quotation, stands in the report.
    between: two of these: both are parties of the event or relation, on whichever side. For quotations,
        actors and reports: the report has such an event.
    type: of the event (``CONSULT``), quotation (``Direct``) or actor (``PER``), kind of the relation
        (``alliance``); for reports, of an event in it.
    start, end: days, months or years (``2025-07-11``, ``2025-07``, ``2025``), both included. An event's
        days overlap them, and one without any day is left out; of all else it is the day of publication.
    speaker: like actor, also part of the words that name the speaker. For events and relations: on whose word
        they rest; for reports and actors: who is quoted in the report.
    text: words, in upper or lower case, in the sentence of the event or relation, the quotation, the report,
        the actor's mentions.
    report: the id of a report, or how it begins.
    source: part of the name of an outlet that published the report, first or later.
    place: part of a place's name, or a country code of three capital letters: where the event happened; of
        all else, what places the report names.
    numbers: the numbers that the archive gave the reports to look at.
    limit, offset: how many rows, and how many to leave out before them.
    after: the key of a row (``depesche.archive.rows.key_of``); only rows that stand behind it come.
    """

    actor: str | None
    between: tuple[str, str] | None
    type: str | None
    start: str | datetime.date | None
    end: str | datetime.date | None
    speaker: str | None
    text: str | None
    report: str | None
    source: str | None
    place: str | None
    numbers: Sequence[int] | None
    limit: int | None
    offset: int | None
    after: Sequence[str | int | None] | None


# What forms and orders call the filters, by what the lists call them.
_TYPED = {
    "type": "type",
    "start": "start",
    "end": "end",
    "speaker": "speaker",
    "text": "text",
    "source": "outlet",
    "place": "place",
}


def filters_of(typed: Mapping[str, Any]) -> Filters:
    """Return what somebody typed, by field, as filters: "" is none, other fields say something else.

    ``outlet`` is the source, ``other`` the second party beside ``actor``.
    """
    found = {name: typed[field] for name, field in _TYPED.items() if typed[field]}
    if typed["actor"] and typed["other"]:
        found["between"] = (typed["actor"], typed["other"])
    elif typed["actor"] or typed["other"]:
        found["actor"] = typed["actor"] or typed["other"]
    return cast(Filters, found)


class Selection(msgspec.Struct, frozen=True, kw_only=True):
    """The filters of one list, checked: ``first`` and ``last`` are days, YYYY-MM-DD.

    ``numbers`` are those of the reports to look at, if it is known already which these are.
    """

    actor: str | None = None
    between: tuple[str, str] | None = None
    type: str | None = None
    first: str | None = None
    last: str | None = None
    speaker: str | None = None
    text: str | None = None
    report: str | None = None
    source: str | None = None
    place: str | None = None
    numbers: tuple[int, ...] | None = None
    limit: int | None = None
    offset: int = 0
    after: tuple[str | int | None, ...] | None = None


def select_rows(filters: Filters) -> Selection:
    """Return the filters as a selection. Raises DateError for a day that is none."""
    unknown = set(filters) - set(Filters.__annotations__)
    if unknown:
        raise TypeError(f"no such filter: {', '.join(sorted(unknown))}")
    first, last, after = filters.get("start"), filters.get("end"), filters.get("after")
    numbers = filters.get("numbers")
    return Selection(
        actor=filters.get("actor"),
        between=filters.get("between"),
        type=filters.get("type"),
        first=first_day(first) if first is not None else None,
        last=last_day(last) if last is not None else None,
        speaker=filters.get("speaker"),
        text=filters.get("text"),
        report=filters.get("report"),
        source=filters.get("source"),
        place=filters.get("place"),
        numbers=tuple(numbers) if numbers is not None else None,
        limit=filters.get("limit"),
        offset=filters.get("offset") or 0,
        after=tuple(after) if after is not None else None,
    )


def first_day(value: str | datetime.date) -> str:
    """Return the first day of a day, month or year, YYYY-MM-DD. Raises DateError.

    >>> first_day("2025-02"), last_day("2025-02")
    ('2025-02-01', '2025-02-28')
    """
    year, month, day = _parse_day(value)
    return _to_date(value, year, month or 1, day or 1)


def last_day(value: str | datetime.date) -> str:
    """Return the last day of a day, month or year, YYYY-MM-DD. Raises DateError."""
    year, month, day = _parse_day(value)
    month = month or 12
    if day is None:
        day = calendar.monthrange(year, month)[1] if 1 <= month <= 12 and year else 1
    return _to_date(value, year, month, day)


def _parse_day(value: str | datetime.date) -> tuple[int, int | None, int | None]:
    match = _DAY.fullmatch(value.isoformat()[:10] if isinstance(value, datetime.date) else value.strip())
    if match is None:
        raise DateError(f"{value!r} is no date: write a day, month or year like 2025-07-11, 2025-07 or 2025.")
    year, month, day = (int(part) if part else None for part in match.groups())
    return year or 0, month, day


def _to_date(value: object, year: int, month: int, day: int) -> str:
    try:
        return datetime.date(year, month, day).isoformat()
    except ValueError as fault:
        raise DateError(f"{value!r} is no date: the calendar has no such day.") from fault
