"""Two states: how they dealt with each other over time, as true and as known on a day, and what each said."""

from __future__ import annotations

import json
import operator
from collections.abc import Iterable, Mapping, Sequence
from typing import cast, get_args

import msgspec
from fastapi import APIRouter
from starlette.responses import Response

from depesche.archive.rows import EventRow, QuotationRow
from depesche.archive.selection import first_day, last_day
from depesche.desk.addresses import relation_address
from depesche.desk.downloads import Download, download_rows, find_format, send
from depesche.desk.filters import clean
from depesche.desk.lines import Cited, EventLine, Marked, cite, cite_row, describe_row, mark_words
from depesche.desk.paging import Page, take_page
from depesche.desk.shelf import Shelf
from depesche.desk.visit import Visiting
from depesche.errors import MissingError
from depesche.exchange.csv import Column, fields
from depesche.language.states import country_of_name, states_by_code
from depesche.link.relations import (
    Deed,
    Line,
    Pair,
    Period,
    Said,
    Unit,
    line_key,
    narrow_line,
    standing_on,
    sum_periods,
)

ROUTER = APIRouter()
UNITS: tuple[Unit, ...] = get_args(Unit)
# Pairs, events, statements of a side on a page; rows of the table, and of a file.
_PAIRS, _EVENTS, _SAID, _ROWS, _MOST = 50, 10, 8, 60, 5000
# PLOVER's quadrants in the order in which they are drawn.
QUADS = ("verbal_cooperation", "material_cooperation", "verbal_conflict", "material_conflict")


class PairRow(msgspec.Struct, frozen=True):
    """Two states and how many reports tell of both."""

    one: str
    other: str
    reports: int
    address: str


class PairsView(msgspec.Struct, frozen=True):
    """The list of pairs; ``of`` is the state that all of them are of, None if any."""

    page: Page[PairRow]
    of: str | None


class When(msgspec.Struct, frozen=True, kw_only=True):
    """Which part of a line is looked at, as typed.

    ``start`` to ``end`` and ``on`` are days as true, ``known`` is the day on which it is looked at from.
    """

    unit: Unit
    start: str
    end: str
    on: str
    known: str


class Statement(msgspec.Struct, frozen=True):
    """What is said of how the two stand, with the report that printed it first."""

    said: Said
    words: tuple[Marked, ...]
    cited: Cited


class Utterance(msgspec.Struct, frozen=True):
    """Something that one of a side said."""

    words: str
    speaker: str | None
    cited: Cited


class RelationView(msgspec.Struct, frozen=True, kw_only=True):
    """All that the page of two states shows."""

    pair: Pair
    when: When
    points: str
    periods: tuple[Period, ...]
    more_periods: int
    events_held: int
    score: float
    standing: tuple[Statement, ...]
    on_that_day: tuple[EventLine, ...]
    events: Page[EventLine]
    event_number: int
    statements: tuple[Statement, ...]
    sides: tuple[tuple[str, tuple[Utterance, ...]], ...]


@ROUTER.get("/relations")
def show_relations(visit: Visiting) -> Response:
    """Show the pairs of states that reports tell of; as a file if the address asks for one."""
    query, shelf = visit.request.query_params, visit.shelf
    named = clean(query.get("of", ""))
    of = find_state(named) if named else None
    if form := find_format(query.get("format")):
        return send(form, download_pairs(shelf, of), shelf.archive)
    page = take_page(lambda limit, offset: list_pairs(shelf, of, limit, offset), _PAIRS, query.get("after"))
    return visit.render("relations.html", PairsView(page, of))


def download_pairs(shelf: Shelf, of: str | None) -> Download:
    """Return the pairs as a file; for PLOVER, the events of the first."""
    pairs = list_pairs(shelf, of, _MOST, 0)

    def list_events() -> Sequence[EventRow]:
        return (
            list_deeds(shelf, open_line(shelf, (pairs[0].one, pairs[0].other), None).deeds) if pairs else ()
        )

    return Download("relations", fields("one", "other", "reports"), lambda: pairs, list_events)


def list_pairs(shelf: Shelf, of: str | None, limit: int, offset: int) -> list[PairRow]:
    """Return pairs of states, the most told first."""
    with shelf.archive.surveyed() as survey:
        found = survey.pairs(limit, offset, of)
    return [PairRow(one, other, reports, relation_address(one, other)) for one, other, reports in found]


def find_state(named: str) -> str:
    """Return the code of a state, named by code or name. Raises MissingError."""
    code = country_of_name(named) or named.upper()
    if code not in states_by_code():
        raise MissingError("There is no such state.")
    return code


@ROUTER.get("/relation/{one}/{other}")
def show_relation(visit: Visiting, one: str, other: str) -> Response:
    """Show two states; their events, or the sums of the periods (``list=periods``), as a file."""
    query, shelf = visit.request.query_params, visit.shelf
    pair = (find_state(one), find_state(other))
    when = read_when(query)
    line = open_line(shelf, pair, last_day(when.known) if when.known else None)
    if form := find_format(query.get("format")):
        return send_line(form, shelf, narrow(line, when), when, query.get("list"))
    return visit.render("relation.html", describe_relation(shelf, line, when, query.get("after")))


def read_when(query: Mapping[str, str]) -> When:
    """Return which part of a line an address asks for. Raises DateError for what is no day, month or year."""
    unit = cast(Unit, query.get("by")) if query.get("by") in UNITS else "month"
    days = {name: clean(query.get(name, "")) for name in ("from", "to", "on", "known")}
    for day in filter(None, days.values()):
        first_day(day)
    return When(unit=unit, start=days["from"], end=days["to"], on=days["on"], known=days["known"])


def open_line(shelf: Shelf, pair: Pair, known: str | None) -> Line:
    """Return the line of two states, as known on a day, kept or drawn anew."""
    name = f"line/{'-'.join(pair)}/{known or ''}"
    return shelf.keep_while_same(name, Line, lambda: shelf.dossiers.line(*pair, known=known).line)


def narrow(line: Line, when: When) -> Line:
    """Return of a line what is asked for, as true."""
    first = first_day(when.start) if when.start else None
    return narrow_line(line, first, last_day(when.end) if when.end else None)


def send_line(form: str, shelf: Shelf, line: Line, when: When, name: str | None) -> Response:
    """Return the events of a line, or the sums of its periods, as a file."""
    called = "-".join(line.pair)

    def list_events() -> Sequence[EventRow]:
        return list_deeds(shelf, line.deeds[:_MOST])

    if name != "periods":
        download = download_rows(EventRow, f"events-{called}", list_events, list_events)
        return send(form, download, shelf.archive)
    periods = sum_periods(line, when.unit)
    download = Download(f"relation-{called}", period_columns(), lambda: periods, list_events)
    return send(form, download, shelf.archive)


def period_columns() -> dict[str, Column]:
    """Return what a period is in CSV: of each quadrant the number of its events and the sum of scores."""
    columns: dict[str, Column] = fields("period", "start")
    for quad in QUADS:
        columns[f"{quad}_events"] = _of_quad(quad, "events")
        columns[f"{quad}_score"] = _of_quad(quad, "score")
    return columns | fields("score")


def _of_quad(quad: str, what: str) -> Column:
    return operator.attrgetter(f"{quad}.{what}")


def list_deeds(shelf: Shelf, deeds: Iterable[Deed]) -> list[EventRow]:
    """Return events of a line as the first report tells each."""
    with shelf.archive.surveyed() as survey:
        return survey.event_rows([(deed.mentions[0].report, deed.mentions[0].event) for deed in deeds])


def describe_relation(shelf: Shelf, line: Line, when: When, cursor: str | None) -> RelationView:
    """Return what the page shows of a line. Raises CursorError."""
    shown = narrow(line, when)
    periods = sum_periods(shown, when.unit)
    latest = sorted(shown.deeds, key=lambda d: d.earliest or d.known or "", reverse=True)
    on = last_day(when.on) if when.on else None
    return RelationView(
        pair=line.pair,
        when=when,
        points=json.dumps([_point(period) for period in periods]),
        periods=tuple(reversed(periods))[:_ROWS],
        more_periods=max(0, len(periods) - _ROWS),
        events_held=sum(len(period.events) for period in periods),
        score=sum(period.score for period in periods),
        standing=_tell(shelf, standing_on(line, on)) if on else (),
        on_that_day=_tell_deeds(shelf, find_deeds_on(line, on)) if on else (),
        events=take_page(lambda limit, at: _tell_deeds(shelf, latest[at : at + limit]), _EVENTS, cursor),
        event_number=len(latest),
        statements=_tell(shelf, sorted(shown.said, key=lambda s: s.known or "", reverse=True)[:_ROWS]),
        sides=tuple((side, _hear(shelf, line.pair, side, when)) for side in line.pair),
    )


def _point(period: Period) -> list[str | float]:
    return [period.start, *(getattr(period, quad).score for quad in QUADS), period.score]


def find_deeds_on(line: Line, day: str) -> list[Deed]:
    """Return what may have been done on a day, as true."""
    return [d for d in narrow_line(line, day, day).deeds if d.held][:_EVENTS]


def _tell_deeds(shelf: Shelf, deeds: Sequence[Deed]) -> tuple[EventLine, ...]:
    return tuple(describe_row(row) for row in list_deeds(shelf, deeds))


def _tell(shelf: Shelf, some: Iterable[Said]) -> tuple[Statement, ...]:
    return tuple(_statement(shelf, said) for said in some)


def _statement(shelf: Shelf, said: Said) -> Statement:
    around = shelf.sentence(said.reports[0], said.start, said.end)
    marks = [(said.start - around.start, said.end - around.start, "event")]
    return Statement(said, mark_words(around.text, marks), cite(shelf, said.reports[0], said.start, said.end))


def _hear(shelf: Shelf, pair: Pair, side: str, when: When) -> tuple[Utterance, ...]:
    """Return what people of a state said last in the reports on the two, as far as it is known."""
    last = min((last_day(day) for day in (when.end, when.known) if day), default=None)
    first = first_day(when.start) if when.start else None
    with shelf.archive.surveyed() as survey:
        found = survey.sayings_of([line_key(*pair)], side, first, last, _SAID)
        rows = survey.quotation_rows(found)
    return tuple(_utterance(row) for row in rows if row.spans)


def _utterance(row: QuotationRow) -> Utterance:
    speaker = row.speaker.text if row.speaker else None
    named = row.actor.name if row.actor else speaker
    return Utterance(row.text, named, cite_row(row, row.spans[0].start, row.spans[-1].end))
