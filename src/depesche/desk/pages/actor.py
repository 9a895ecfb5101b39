"""An actor: offices, what they said, whom they met and accused, a picture of their year, what stays open."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Literal

import msgspec
from fastapi import APIRouter
from starlette.responses import RedirectResponse, Response

from depesche.archive.rows import EventRow, QuotationRow
from depesche.desk.actor_files import ActorFile, Deal, Known, Utterance, open_file
from depesche.desk.addresses import actor_address, event_address
from depesche.desk.downloads import Download, download_rows, find_format, send
from depesche.desk.filters import clean, read_filters
from depesche.desk.lines import (
    Chip,
    Cited,
    EventLine,
    Marked,
    address_words,
    cite,
    cite_row,
    describe_row,
    mark_words,
)
from depesche.desk.paging import Page, take_page
from depesche.desk.shelf import Shelf
from depesche.desk.visit import Visiting
from depesche.errors import MissingError
from depesche.language.ontology import load_types
from depesche.language.states import country_of_name
from depesche.link.actors import Candidate, Holding, Profile, Unresolved

ROUTER = APIRouter()
# Statements and events on a page, people in a list, reports of whom it is open who they mean.
_SAID, _EVENTS, _PEOPLE, _OPEN = 12, 6, 8, 12
# A file has at most so many rows.
_MOST = 5000
# Those who did one of these together met.
_MEETINGS = frozenset({"CONSULT"})
_ACCUSATIONS = frozenset({"ACCUSE"})
# In so many steps a cell of the year gets darker.
_STEPS = 4

Part = Literal["met", "accused", "accused-by"]


class Encounter(msgspec.Struct, frozen=True):
    """Somebody met or accused: how often, and the last time."""

    who: Chip
    id: str
    events: int
    last: str | None
    address: str


class Cell(msgspec.Struct, frozen=True):
    """How much of a kind there was in a month (``2025-07``); ``step`` is how dark it is drawn, 0 to 4."""

    month: str
    number: int
    step: int


class YearRow(msgspec.Struct, frozen=True):
    """A kind of event (its type, or "said" for statements) by the months of a year."""

    kind: str
    cells: tuple[Cell, ...]
    total: int


class Year(msgspec.Struct, frozen=True):
    """A year of an actor; ``before`` and ``after`` are the years with anything around it."""

    year: str
    rows: tuple[YearRow, ...]
    before: str | None
    after: str | None


class SaidLine(msgspec.Struct, frozen=True):
    """Something the actor said, with the words that name them there."""

    words: tuple[Marked, ...]
    speaker: str | None
    day: str | None
    matters: tuple[str, ...]
    cited: Cited


class Doubt(msgspec.Struct, frozen=True):
    """A report in which it stays open whether it is about the actor."""

    name: str
    office: str | None
    day: str | None
    cited: Cited
    candidates: tuple[tuple[Candidate, Chip], ...]


class SaidFilter(msgspec.Struct, frozen=True):
    """What statements are shown: ``matter`` is one of the matters; the others are as in ``FilterValues``."""

    text: str
    matter: str
    start: str
    end: str
    outlet: str

    @property
    def used(self) -> bool:
        """Whether anything is filtered."""
        return any(msgspec.structs.astuple(self))


class EventFilter(msgspec.Struct, frozen=True):
    """What events are shown: with whom (an id), of a type, in a month; ``part`` is a list of people."""

    other: str
    type: str
    month: str
    part: str

    @property
    def used(self) -> bool:
        """Whether anything is filtered."""
        return any(msgspec.structs.astuple(self))


class ActorView(msgspec.Struct, frozen=True, kw_only=True):
    """All that the page shows."""

    profile: Profile
    who: Chip
    offices: tuple[Holding, ...]
    year: Year | None
    met: tuple[Encounter, ...]
    accused: tuple[Encounter, ...]
    accused_by: tuple[Encounter, ...]
    filters: SaidFilter
    matters: tuple[tuple[str, int], ...]
    said: Page[SaidLine]
    said_number: int
    event_filter: EventFilter
    event_other: str | None
    events: Page[EventLine]
    event_number: int
    doubts: tuple[Doubt, ...]
    doubt_number: int


@ROUTER.get("/actor/{named}")
def show_actor(visit: Visiting, named: str) -> Response:
    """Show an actor, named by an id or a name; their statements, or their events, as a file."""
    query, shelf = visit.request.query_params, visit.shelf
    values = read_filters(query)
    said = SaidFilter(values.text, clean(query.get("matter", "")), values.start, values.end, values.outlet)
    events = EventFilter(
        clean(query.get("with", "")),
        values.type.upper(),
        clean(query.get("month", ""))[:7],
        clean(query.get("part", "")),
    )
    # Whom the actor met and accused is always told; who else had to do with them, if it is asked for.
    types = None if events.other and not events.part else _MEETINGS | _ACCUSATIONS
    form = find_format(query.get("format"))
    try:
        # A file does not say whether something came in just now, so it waits for that.
        file, is_behind = open_file(shelf.afresh() if form else shelf, named, types)
    except MissingError:
        # Whom a report names by no more than an office ("ein Sprecher") has no page of their own.
        if (words := address_words(shelf, named)) is None:
            raise
        return RedirectResponse(words, 303)
    if form:
        return send_list(form, shelf, file, said, events, query.get("list"))
    view = describe_actor(
        shelf, file, said, events, year=query.get("year"), after=query.get("after"), on=query.get("on")
    )
    return visit.render("actor.html", view, is_behind=is_behind)


def send_list(
    form: str, shelf: Shelf, file: ActorFile, said: SaidFilter, events: EventFilter, name: str | None
) -> Response:
    """Return the statements of an actor that the filters select, or the events (``events``), as a file."""
    deals = choose_deals(file, events)[:_MOST]

    def list_events() -> Sequence[EventRow]:
        with shelf.archive.surveyed() as survey:
            return survey.event_rows([(deal.report, deal.event) for deal in deals])

    def list_said() -> Sequence[QuotationRow]:
        with shelf.archive.surveyed() as survey:
            return survey.quotation_rows([(u.report, u.position) for u in choose_said(file, said)[:_MOST]])

    download: Download = (
        download_rows(EventRow, f"events-{file.profile.id}", list_events, list_events)
        if name == "events"
        else download_rows(QuotationRow, f"statements-{file.profile.id}", list_said, list_events)
    )
    return send(form, download, shelf.archive)


def describe_actor(
    shelf: Shelf,
    file: ActorFile,
    said: SaidFilter,
    events: EventFilter,
    *,
    year: str | None = None,
    after: str | None = None,
    on: str | None = None,
) -> ActorView:
    """Return what the page shows. ``after`` is the cursor of the statements, ``on`` that of the events."""
    chosen, deals = choose_said(file, said), choose_deals(file, events)
    known = file.others.get(events.other)
    return ActorView(
        profile=file.profile,
        who=profile_chip(file.profile.id, _known(file.profile)),
        offices=file.profile.offices,
        year=draw_year(file, year),
        met=count_others(file, "met"),
        accused=count_others(file, "accused"),
        accused_by=count_others(file, "accused-by"),
        filters=said,
        matters=count_matters(file.said),
        said=take_page(
            lambda limit, offset: _tell_said(shelf, chosen[offset : offset + limit], said), _SAID, after
        ),
        said_number=len(chosen),
        event_filter=events,
        event_other=known.name if known else None,
        events=take_page(
            lambda limit, offset: _tell_deals(shelf, deals[offset : offset + limit]), _EVENTS, on
        ),
        event_number=len(deals),
        doubts=tuple(_doubt(shelf, one) for one in file.open[:_OPEN]),
        doubt_number=len(file.open),
    )


def choose_said(file: ActorFile, filters: SaidFilter) -> list[Utterance]:
    """Return the statements that the filters select, the latest first. A month or year may be a day too."""
    words, outlet = filters.text.lower(), filters.outlet.lower()
    return [
        one
        for one in file.said
        if words in one.text.lower()
        and outlet in (one.outlet or "").lower()
        and (not filters.matter or filters.matter in one.matters)
        and _is_within(one.day, filters.start, filters.end)
    ]


def _is_within(day: str | None, start: str, end: str) -> bool:
    if not start and not end:
        return True
    # What ends a month or a year stands behind all its days.
    return day is not None and (not start or day >= start) and (not end or day <= end + "~")


def choose_deals(file: ActorFile, filters: EventFilter) -> list[Deal]:
    """Return the events that the filters select, the latest first."""
    in_part = _PARTS.get(filters.part)
    return [
        deal
        for deal in file.deals
        if (in_part is None or in_part(deal))
        and (not filters.type or deal.type == filters.type)
        and (not filters.month or (deal.held and (deal.day or "").startswith(filters.month)))
        and (not filters.other or filters.other in _others(deal, filters.part))
    ]


_PARTS: Mapping[str, Callable[[Deal], bool]] = {
    "met": lambda deal: deal.held and deal.type in _MEETINGS,
    "accused": lambda deal: deal.held and deal.type in _ACCUSATIONS and deal.side == "actor",
    "accused-by": lambda deal: deal.held and deal.type in _ACCUSATIONS and deal.side == "recipient",
}
# On which side of the event those stand who are met or accused, or accuse; None is either.
_SIDES: Mapping[str, str | None] = {"met": None, "accused": "recipient", "accused-by": "actor"}


def _others(deal: Deal, part: str) -> list[str]:
    """Return who stands in an event as those of a list of people do."""
    side = _SIDES.get(part)
    return list(dict.fromkeys(other.id for other in deal.others if side in (None, other.side)))


def count_others(file: ActorFile, part: Part) -> tuple[Encounter, ...]:
    """Return whom the actor met or accused, or who accused them, those of the most events first."""
    deals: dict[str, list[Deal]] = {}
    for deal in filter(_PARTS[part], file.deals):
        for other in _others(deal, part):
            deals.setdefault(other, []).append(deal)
    ranked = sorted(deals, key=lambda id_: (-len(deals[id_]), file.others[id_].name))
    # The events stand with the latest first.
    return tuple(
        Encounter(
            profile_chip(id_, file.others[id_]),
            id_,
            len(deals[id_]),
            deals[id_][0].day,
            event_address(f"{deals[id_][0].report}:{deals[id_][0].event}"),
        )
        for id_ in ranked[:_PEOPLE]
    )


def profile_chip(id_: str, known: Known) -> Chip:
    """Return an actor over the archive as a link."""
    return Chip(known.name, actor_address(id_), known.type, known.country, None, known.is_state)


def _known(profile: Profile) -> Known:
    return Known(profile.name, profile.type, profile.country)


def count_matters(said: Iterable[Utterance]) -> tuple[tuple[str, int], ...]:
    """Return the matters that statements are on, with the number of these, the commonest first."""
    counts = Counter(matter for one in said for matter in one.matters)
    return tuple(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def draw_year(file: ActorFile, wanted: str | None) -> Year | None:
    """Return the year that is wanted, or the last with anything; None if nothing has a day."""
    held = [deal for deal in file.deals if deal.held and deal.day]
    months = Counter((deal.type, (deal.day or "")[:7]) for deal in held)
    months.update(("said", one.day[:7]) for one in file.said if one.day)
    years = sorted({month[:4] for _, month in months})
    if not years:
        return None
    year = wanted if wanted in years else years[-1]
    kinds = [
        kind for kind in ("said", *load_types()) if any(months[kind, _month(year, n)] for n in range(12))
    ]
    darkest = max(number for (_, month), number in months.items() if month.startswith(year))
    at = years.index(year)
    return Year(
        year,
        tuple(_year_row(kind, year, months, darkest) for kind in kinds),
        years[at - 1] if at else None,
        years[at + 1] if at + 1 < len(years) else None,
    )


def _year_row(kind: str, year: str, months: Mapping[tuple[str, str], int], darkest: int) -> YearRow:
    numbers = [(_month(year, n), months.get((kind, _month(year, n)), 0)) for n in range(12)]
    cells = tuple(Cell(month, n, -(-n * _STEPS // darkest)) for month, n in numbers)
    return YearRow(kind, cells, sum(cell.number for cell in cells))


def _month(year: str, number: int) -> str:
    return f"{year}-{number + 1:02}"


def _tell_said(shelf: Shelf, said: Sequence[Utterance], filters: SaidFilter) -> list[SaidLine]:
    with shelf.archive.surveyed() as survey:
        rows = survey.quotation_rows([(one.report, one.position) for one in said])
    known = {(one.report, one.position): one for one in said}
    return [
        SaidLine(
            mark_words(row.text, find_words(row.text, filters.text)),
            row.speaker.text if row.speaker else None,
            row.published,
            known[row.report, row.number].matters,
            cite_row(row, row.spans[0].start, row.spans[-1].end) if row.spans else cite(shelf, row.report),
        )
        for row in rows
    ]


def find_words(text: str, words: str) -> list[tuple[int, int, str]]:
    """Return where words stand in a text, as marks.

    >>> find_words("Ja, ja.", "ja")
    [(0, 2, 'found'), (4, 6, 'found')]
    """
    found: list[tuple[int, int, str]] = []
    lower, wanted = text.lower(), words.lower()
    # A few letters are longer in lower case; then nothing is marked rather than the wrong words.
    at = lower.find(wanted) if wanted and len(lower) == len(text) else -1
    while at >= 0:
        found.append((at, at + len(wanted), "found"))
        at = lower.find(wanted, at + len(wanted))
    return found


def _tell_deals(shelf: Shelf, deals: Sequence[Deal]) -> list[EventLine]:
    with shelf.archive.surveyed() as survey:
        rows = survey.event_rows([(deal.report, deal.event) for deal in deals])
    return [describe_row(row) for row in rows]


def _doubt(shelf: Shelf, one: Unresolved) -> Doubt:
    try:
        mention = next(a for a in shelf.reading(one.key.report).actors if a.id == one.key.actor).mentions[0]
        cited = cite(shelf, one.key.report, mention.start, mention.end)
    except (StopIteration, IndexError, MissingError):
        cited = cite(shelf, one.key.report)
    candidates = tuple(
        (c, Chip(c.name, actor_address(c.id), is_state=country_of_name(c.name) is not None))
        for c in one.candidates
    )
    return Doubt(one.name, one.office, one.day, cited, candidates)
