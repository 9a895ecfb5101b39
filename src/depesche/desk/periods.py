"""The period and the kind of events that the network and the map look at, by the address of the page."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence

import msgspec

from depesche.archive.happened import Pair, Period
from depesche.archive.rows import EventRow
from depesche.archive.selection import first_day, last_day
from depesche.desk.filters import clean
from depesche.desk.lines import EventLine, describe_row
from depesche.desk.paging import Page, take_page
from depesche.desk.shelf import Shelf
from depesche.language.ontology import load_types

# PLOVER's quadrants by their numbers, as an address names them.
QUADS = {
    "verbal_cooperation": 1,
    "material_cooperation": 2,
    "verbal_conflict": 3,
    "material_conflict": 4,
}
# Where the address says nothing, so many days before the last report.
_DAYS = 90
# Events on a page, and in a file.
_EVENTS, _MOST = 10, 5000


class Chosen(msgspec.Struct, frozen=True):
    """What is looked at: days (YYYY-MM-DD), both included, and a type of event or a quadrant, "" for all.

    ``people``: persons, not states and bodies.
    """

    first: str
    last: str
    kind: str
    people: bool = False

    @property
    def period(self) -> Period:
        """The period as the archive takes it."""
        wanted = QUADS.get(self.kind)
        types = (name for name, type_ in load_types().items() if wanted == type_.quad or name == self.kind)
        return Period(self.first, self.last, tuple(types) if self.kind else (), self.people)


def read_chosen(shelf: Shelf, query: Mapping[str, str]) -> Chosen:
    """Return what an address asks for; without days the last ninety. Raises DateError for what is no day."""
    start, end, kind = (clean(query.get(name, "")) for name in ("from", "to", "type"))
    if end:
        last = last_day(end)
    else:
        with shelf.archive.surveyed() as survey:
            last = survey.last_day() or "1970-01-01"
    first = first_day(start) if start else _before(last)
    return Chosen(
        first, last, kind if kind in QUADS or kind in load_types() else "", query.get("who") == "people"
    )


def _before(day: str) -> str:
    try:
        return (datetime.date.fromisoformat(day) - datetime.timedelta(_DAYS)).isoformat()
    except (ValueError, OverflowError):
        return day


def page_events(
    shelf: Shelf, chosen: Chosen, cursor: str | None, *, place: str | None = None, pair: Pair | None = None
) -> Page[EventLine]:
    """Return a page of the events at a place, or between two. Raises CursorError."""

    def fetch(limit: int, offset: int) -> tuple[EventLine, ...]:
        with shelf.archive.surveyed() as survey:
            keys = survey.happened(chosen.period, limit, offset, place=place, pair=pair)
            rows = {(row.report, row.event): row for row in survey.event_rows(keys)}
        # What is not there any more leaves a gap, but does not end the list.
        return tuple(describe_row(rows[key]) for key in keys if key in rows)

    return take_page(fetch, _EVENTS, cursor)


def list_events(
    shelf: Shelf, chosen: Chosen, *, place: str | None = None, pair: Pair | None = None
) -> Sequence[EventRow]:
    """Return the events at a place (any, if it is ""), or between two, for a file."""
    with shelf.archive.surveyed() as survey:
        return survey.event_rows(survey.happened(chosen.period, _MOST, place=place, pair=pair))
