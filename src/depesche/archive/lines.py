"""What happened between two states and what is said of how they stand, by what linking keeps (``deeds``)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row
from sqlalchemy.sql import ColumnElement

from depesche.archive import tables
from depesche.archive.portions import portions
from depesche.archive.structs import fill
from depesche.reading import Actor, Event, Reading, Statement, Time

reports, events, worlds, deeds = tables.reports, tables.events, tables.world_events, tables.deeds
# What of an event tells how it stands in a line; all but the place are ids, codes and days.
_EVENT = ("id", "type", "mode", "status", "source", "date", "earliest", "latest", "place")
# The report that names an event in the world.
_NAMER = reports.alias()


class Told(NamedTuple):
    """A mention of an event between two states: by which report, of which day, which event in the world.

    ``event`` lacks its actors and its words, ``position`` is its place in the report. ``forward`` says that
    by this report the first state did it to the second, ``backward`` the other way; ``naming``, that it names
    two states, whichever.
    """

    report: str
    day: str | None
    position: int
    world: tuple[str, str]
    event: Event
    naming: bool
    forward: bool
    backward: bool


def list_told(connection: Connection, one: str, other: str, known: str | None) -> list[Told]:
    """Return all mentions of the events in the world that a report tells to be between two states.

    They are in the order of their reports' days, and of the text. ``known``: only those of reports that were
    published until that day.
    """
    forward, backward = (_is_between(deeds, *pair) for pair in ((one, other), (other, one)))
    mine = (
        sa.select(worlds.c.world_report, worlds.c.world_event)
        .join_from(deeds, worlds, _same_event(worlds, deeds))
        .where(sa.or_(forward, backward))
        .distinct()
        .subquery()
    )
    same = sa.and_(worlds.c.world_report == mine.c.world_report, worlds.c.world_event == mine.c.world_event)
    chosen = sa.select(*_told(one, other)).join_from(mine, worlds, same)
    return put_in_order(_list(connection, _with_reports(chosen), known))


def put_in_order(told: Iterable[Told]) -> list[Told]:
    """Return mentions in the order of their reports' days, and of the text; undated reports come last."""
    return sorted(told, key=lambda one: (one.day is None, one.day or "", one.report, one.position))


def list_mentions(
    connection: Connection, names: Iterable[tuple[int, str]], one: str, other: str, known: str | None
) -> list[Told]:
    """Return all mentions of some events in the world, by the reports and events that name them."""
    wanted, found = set(names), list[Told]()
    for some in portions({number for number, _ in wanted}):
        events_ = sorted({event for number, event in wanted if number in set(some)})
        chosen = sa.select(*_told(one, other)).where(
            worlds.c.world_report.in_(some), worlds.c.world_event.in_(events_)
        )
        found += _list(connection, _with_reports(chosen.select_from(worlds)), known)
    ids = _name_reports(connection, {number for number, _ in wanted})
    names_ = {(ids[number], event) for number, event in wanted if number in ids}
    return [told for told in found if told.world in names_]


def list_alone(connection: Connection, keys: Iterable[tuple[int, str]], known: str | None) -> list[Told]:
    """Return events of reports that nobody has compared with others yet, each as one of its own."""
    wanted, found = set(keys), list[Told]()
    for some in portions({number for number, _ in wanted}):
        query = (
            sa.select(
                events.c.report,
                *map(plain, (reports.c.id, reports.c.day, reports.c.id, events.c.id)),
                *(events.c.position, sa.false(), sa.false(), sa.false(), *_columns()),
            )
            .join(reports, reports.c.number == events.c.report)
            .where(events.c.report.in_(some))
        )
        rows = connection.execute(_until(query, known))
        found += [_make(row[1:]) for row in rows if (row[0], row[4]) in wanted]
    return found


def _told(one: str, other: str) -> list[ColumnElement[Any]]:
    """Return the columns of a mention of an event of ``worlds``, as ``_make`` takes them."""
    return [
        *map(plain, (reports.c.id, reports.c.day, _NAMER.c.id, worlds.c.world_event)),
        events.c.position,
        *(_has_deed(), _has_deed(one, other), _has_deed(other, one)),
        *_columns(),
    ]


def _columns() -> list[ColumnElement[Any]]:
    return [plain(events.c[name]) if name != "place" else events.c.place for name in _EVENT]


def _with_reports(query: sa.Select[Any]) -> sa.Select[Any]:
    return (
        query.join(events, sa.and_(events.c.report == worlds.c.report, events.c.id == worlds.c.event))
        .join(reports, reports.c.number == worlds.c.report)
        .join(_NAMER, _NAMER.c.number == worlds.c.world_report)
    )


def _until(query: sa.Select[Any], known: str | None) -> sa.Select[Any]:
    return query if known is None else query.where(reports.c.day <= known)


def _list(connection: Connection, query: sa.Select[Any], known: str | None) -> list[Told]:
    return [_make(row) for row in connection.execute(_until(query, known))]


def _make(row: Sequence[Any]) -> Told:
    report, day, namer, world, position, naming, there, back, *event = row
    return Told(report, day, position, (namer, world), _event(event), bool(naming), bool(there), bool(back))


def _name_reports(connection: Connection, numbers: Iterable[int]) -> dict[int, str]:
    found: dict[int, str] = {}
    for some in portions(numbers):
        query = sa.select(reports.c.number, reports.c.id).where(reports.c.number.in_(some))
        found.update({row.number: row.id for row in connection.execute(query)})
    return found


def _event(values: Sequence[Any]) -> Event:
    id_, type_, mode, status, source, date, earliest, latest, place = values
    return Event(
        id_,
        type_,
        0,
        0,
        "",
        mode=mode,
        status=status,
        source=source,
        date=date,
        earliest=earliest,
        latest=latest,
        place=place,
    )


def plain(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return a column whose texts are ids, codes or days, which are stored as they are: that is faster."""
    return sa.type_coerce(column, sa.Text())


def _same_event(one: sa.Table, other: sa.Table) -> ColumnElement[bool]:
    return sa.and_(one.c.report == other.c.report, one.c.event == other.c.event)


def _is_between(table: sa.FromClause, one: str, other: str) -> ColumnElement[bool]:
    return sa.and_(table.c.one == one, table.c.other == other)


def _has_deed(*pair: str) -> ColumnElement[bool]:
    """Return whether an event of ``worlds`` is between two states, any or these."""
    table = deeds.alias()
    between = [_is_between(table, *pair)] if pair else []
    there = sa.and_(table.c.report == worlds.c.report, table.c.event == worlds.c.event, *between)
    return sa.exists().where(there).correlate(worlds)


def list_stated(connection: Connection, key: str, known: str | None) -> list[tuple[str | None, Reading]]:
    """Return of the reports under a key the statements on relations, with the actors that they name.

    They come with the days of their reports and in their order; ``known`` is as in ``list_told``.
    """
    table, told = tables.relations, tables.link_keys
    chosen = sa.select(told.c.report).where(told.c.key == key)
    query = (
        sa.select(table, reports.c.id.label("report_id"), reports.c.day)
        .join(reports, reports.c.number == table.c.report)
        .where(table.c.report.in_(chosen))
        .order_by(reports.c.day.nulls_last(), reports.c.id, table.c.position)
    )
    if known is not None:
        query = query.where(reports.c.day <= known)
    rows = list(connection.execute(query))
    if not rows:
        return []
    named = sa.select(table.c.report).where(table.c.report.in_(chosen))
    parties: defaultdict[tuple[int, str], list[str]] = defaultdict(list)
    party = tables.relation_parties
    for row in connection.execute(
        sa.select(party).where(party.c.report.in_(named)).order_by(party.c.report, party.c.position)
    ):
        parties[row.report, row.relation].append(row.actor)
    times = {
        (row.report, row.relation, row.side): fill(Time, row)
        for row in connection.execute(
            sa.select(tables.relation_times).where(tables.relation_times.c.report.in_(named))
        )
    }
    wanted = sa.union(
        sa.select(party.c.report, party.c.actor).where(party.c.report.in_(named)),
        sa.select(table.c.report, table.c.source.label("actor")).where(
            table.c.report.in_(chosen), table.c.source.is_not(None)
        ),
    ).subquery()
    person = tables.actors
    named_there = sa.and_(person.c.report == wanted.c.report, person.c.id == wanted.c.actor)
    actors: defaultdict[int, list[Actor]] = defaultdict(list)
    for row in connection.execute(
        sa.select(person).join_from(wanted, person, named_there).order_by(person.c.report, person.c.position)
    ):
        actors[row.report].append(fill(Actor, row, mentions=()))
    return list(_make_readings(rows, parties, times, actors))


def _make_readings(
    rows: list[Row[Any]],
    parties: defaultdict[tuple[int, str], list[str]],
    times: dict[tuple[int, str, str], Time],
    actors: defaultdict[int, list[Actor]],
) -> Iterator[tuple[str | None, Reading]]:
    by_report: dict[int, list[Row[Any]]] = {}
    for row in rows:
        by_report.setdefault(row.report, []).append(row)
    for number, some in by_report.items():
        statements = tuple(
            fill(
                Statement,
                row,
                parties=tuple(parties[number, row.id]),
                since=times.get((number, row.id, "since")),
                until=times.get((number, row.id, "until")),
            )
            for row in some
        )
        reading = Reading(id=some[0].report_id, actors=tuple(actors[number]), relations=statements)
        yield some[0].day, reading
