"""What happened between two states and what is said of how they stand, by what linking keeps (``deeds``)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row
from sqlalchemy.sql import ColumnElement

from depesche.archive import tables
from depesche.archive.structs import fill
from depesche.reading import Actor, Event, Reading, Statement, Time

reports, events, worlds, deeds = tables.reports, tables.events, tables.world_events, tables.deeds
# What of an event tells how it stands in a line; all but the place are ids, codes and days.
_EVENT = ("id", "type", "mode", "status", "source", "date", "earliest", "latest", "place")


class Told(NamedTuple):
    """A mention of an event between two states: by which report, of which day, which event in the world.

    ``event`` lacks its actors and its words. ``forward`` says that by this report the first state
    did it to the second, ``backward`` the other way; ``naming``, that it names two states, whichever.
    """

    report: str
    day: str | None
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
    namer = reports.alias()
    query = (
        sa.select(
            *map(plain, (reports.c.id, reports.c.day, namer.c.id, worlds.c.world_event)),
            _has_deed(),
            _has_deed(one, other),
            _has_deed(other, one),
            *(plain(events.c[name]) if name != "place" else events.c.place for name in _EVENT),
        )
        .join_from(
            mine,
            worlds,
            sa.and_(worlds.c.world_report == mine.c.world_report, worlds.c.world_event == mine.c.world_event),
        )
        .join(events, sa.and_(events.c.report == worlds.c.report, events.c.id == worlds.c.event))
        .join(reports, reports.c.number == worlds.c.report)
        .join(namer, namer.c.number == worlds.c.world_report)
        .order_by(reports.c.day.nulls_last(), reports.c.id, events.c.position)
    )
    if known is not None:
        query = query.where(reports.c.day <= known)
    return [
        Told(report, day, (namer_, world), _event(event), bool(naming), bool(there), bool(back))
        for report, day, namer_, world, naming, there, back, *event in connection.execute(query)
    ]


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
