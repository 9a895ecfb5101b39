"""The one form from which every dialect of events is made: an event of a report, and who else tells it."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from typing import Any, Literal, Protocol, TypeVar, Unpack

import msgspec

from depesche.archive.portions import portions
from depesche.archive.rows import ActorRow, EventRow, QuotationRow, ReportRow, key_of
from depesche.archive.selection import Filters
from depesche.archive.survey import Survey
from depesche.archive.tellings import Telling
from depesche.language.cameo import CameoEvent, code_event
from depesche.reading import Reading, Report

R = TypeVar("R", bound=msgspec.Struct)

# Rows are taken out of the archive in pages of this size, so that no more of them are in memory at once.
PAGE = 500
# Says on how many independent sources some reports, by their ids, rest.
CountSources = Callable[[tuple[str, ...]], int]


class Source(Protocol):
    """What is exported: an archive."""

    def events(self, **filters: Unpack[Filters]) -> tuple[EventRow, ...]:
        """Return the events that the filters select."""

    def quotations(self, **filters: Unpack[Filters]) -> tuple[QuotationRow, ...]:
        """Return the quotations that the filters select."""

    def actors(self, **filters: Unpack[Filters]) -> tuple[ActorRow, ...]:
        """Return the actors that the filters select."""

    def reports(self, **filters: Unpack[Filters]) -> tuple[ReportRow, ...]:
        """Return the reports that the filters select."""

    def report(self, id_or_prefix: str) -> Report:
        """Return a report."""

    def reading(self, id_or_prefix: str) -> Reading:
        """Return a reading."""

    def surveyed(self) -> AbstractContextManager[Survey]:
        """Give what many reports tell together, to look at."""


# How a party stands to an event.
Stand = Literal["confirmed", "denied", "reported", "silent"]


class Testimony(msgspec.Struct, frozen=True, kw_only=True):
    """What a party of an event in the world says of it, or does not say.

    ``stand`` is ``confirmed``, ``denied``, ``reported`` (by an outlet, in its own voice) or ``silent``;
    ``party`` a state's code, a body's name or an outlet. ``source`` is who says it, in ``words``, which stand
    in the report at ``start`` to ``end``; of who is silent they may be None.
    """

    stand: Stand
    party: str
    source: str | None = None
    words: str | None = None
    start: int | None = None
    end: int | None = None
    report: str | None = None
    date: str | None = None


# Says who confirms, denies and reports an event in the world, by its id, and who is silent.
FindTestimony = Callable[[str], tuple[Testimony, ...]]


class Fact(msgspec.Struct, frozen=True):
    """An event of a report with who tells it.

    ``independent`` is the number of independent sources that the reports which tell it rest on, and
    ``testimony`` what its parties say of it; None if nobody counted or asked.
    """

    row: EventRow
    telling: Telling
    independent: int | None = None
    testimony: tuple[Testimony, ...] | None = None

    @property
    def id(self) -> str:
        """What names the event of the report everywhere: the id of the report, a colon, its id there."""
        return f"{self.row.report}:{self.row.event}"

    @property
    def cameo(self) -> CameoEvent | None:
        """The event in CAMEO, None where CAMEO cannot say it."""
        return code_event(self.row.type, self.row.mode, self.row.context, self.row.status)

    @property
    def day(self) -> datetime.date | None:
        """The first day on which it may have been, None if no day is known."""
        return to_day(self.row.earliest) or to_day(self.row.latest)


def to_day(text: str | None) -> datetime.date | None:
    """Return the day of an ISO 8601 date, with or without a time; None if it is none."""
    try:
        return datetime.date.fromisoformat(text[:10]) if text else None
    except ValueError:
        return None


def page_through(
    rows_of: Callable[..., tuple[R, ...]], filters: Filters, page: int = PAGE
) -> Iterator[tuple[R, ...]]:
    """Yield the rows of a list of the archive in pages; what is written meanwhile repeats and hides none."""
    left, asked = filters.get("limit"), dict[str, Any](filters)
    while left is None or left > 0:
        many = page if left is None else min(page, left)
        rows = rows_of(**{**asked, "limit": many})
        if rows:
            yield rows
        if len(rows) < many:
            return
        left = None if left is None else left - many
        asked |= {"offset": None, "after": key_of(rows[-1])}


def find_facts(
    archive: Source,
    filters: Filters,
    count_sources: CountSources | None = None,
    find_testimony: FindTestimony | None = None,
) -> Iterator[Fact]:
    """Yield the events that the filters select, by their first day, each with who tells it."""
    for rows in page_through(archive.events, filters):
        yield from make_facts(archive, rows, count_sources, find_testimony)


def make_facts(
    archive: Source,
    rows: Iterable[EventRow],
    count_sources: CountSources | None = None,
    find_testimony: FindTestimony | None = None,
) -> Iterator[Fact]:
    """Yield events of an archive, each with who tells it."""
    for some in portions(rows, PAGE):
        with archive.surveyed() as survey:
            tellings = survey.tellings(some)
        for row, telling in zip(some, tellings, strict=True):
            counted = count_sources(telling.reports) if count_sources else None
            testimony = None
            if find_testimony:
                testimony = find_testimony(telling.world) if telling.world else ()
            yield Fact(row, telling, counted, testimony)
